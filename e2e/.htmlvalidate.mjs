// What html-validate asks of the pages. Each rule that is off says why.

export default {
  root: true,
  extends: ["html-validate:recommended", "html-validate:a11y"],
  rules: {},
};
