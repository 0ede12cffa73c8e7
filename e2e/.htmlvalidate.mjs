// What html-validate asks of the pages. Each rule that is changed says why.

export default {
  root: true,
  extends: ["html-validate:recommended", "html-validate:a11y"],
  rules: {
    // 70 is what a search engine shows; a headline may say what it has to.
    "long-title": ["error", { maxlength: 110 }],
  },
};
