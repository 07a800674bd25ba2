import assert from "node:assert/strict";
import { test } from "node:test";
import { pageOf } from "../src/shell/mlflow-links";

test("the addresses that MLflow's client prints lead to our pages", () => {
  const run = "2dd636ff186ced9cabdb51d47e416c27";
  assert.equal(pageOf(`#/experiments/1/runs/${run}`), `/runs/${run}`);
  assert.equal(pageOf(`#/experiments/1/runs/${run}/artifacts/model?x=1`), `/runs/${run}`);
  assert.equal(pageOf("#/experiments/12"), "/experiments/12");
  assert.equal(pageOf("#/experiments/12/models/m-1"), "/experiments/12");
  assert.equal(pageOf("#/experiments"), "/experiments");
  assert.equal(pageOf("#/models/digits/versions/3"), "/models/digits");
  assert.equal(pageOf("#/models/My%20model"), "/models/My%20model");
  assert.equal(pageOf("#/models/a%2Fb"), "/models/a%2Fb");
  assert.equal(pageOf("#/models/100%"), "/models/100%25");
});

test("anything else after a # stays where it is and leads nowhere", () => {
  for (const hash of ["", "#", "#charts", "#/", "#/settings", "#//evil.example", "#/experiments/x", "#experiments/1"])
    assert.equal(pageOf(hash), null, hash);
  assert.equal(pageOf("#/models/..%2F..%2Fsign-out"), "/models/..%2F..%2Fsign-out");
});
