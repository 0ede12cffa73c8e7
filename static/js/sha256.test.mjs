import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";

import { prover } from "./sha256.mjs";

function zeros(text) {
  return Math.clz32(createHash("sha256").update(text).digest().readUInt32BE(0));
}

test("counts the zero bits that SHA-256 has, whatever the length of the prefix", () => {
  for (let length = 0; length <= 140; length++) {
    const prefix = `${"a".repeat(length)}:`;
    const count = prover(prefix);
    for (const number of [0, 9, 10, 4711, 2 ** 31, 99_999_999_999]) {
      assert.equal(count(number), zeros(prefix + number), `prefix of ${prefix.length}, number ${number}`);
    }
  }
});

test("reads a prefix with å ä ö as UTF-8", () => {
  assert.equal(prover("åäö:")(17), zeros("åäö:17"));
});

test("finds a number with twelve zero bits within a second", () => {
  const count = prover("kontakt.stämpel:");
  const until = Date.now() + 1000;
  let number = 0;
  while (count(number) < 12 && Date.now() < until) number++;
  assert.ok(zeros(`kontakt.stämpel:${number}`) >= 12);
});
