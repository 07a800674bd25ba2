import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

type Vector = [number, number, number];

/** Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB. */
const sights: Record<string, number[]> = {
  "normal sight": [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
};

const tokens = readFileSync("css/tokens.css", "utf8");
const pairs = [...tokens.matchAll(/--series-\d: light-dark\((#\w+), (#\w+)\)/g)].map((match) => [match[1]!, match[2]!]);
const grounds: Vector[] = [
  [1, 1, 1],
  [0.009, 0.01, 0.012],
];

test("eight series colours exist", () => assert.equal(pairs.length, 8));

["light", "dark"].forEach((theme, i) => {
  const colors = pairs.map((pair) => linear(pair[i]!));

  test(`series colours stand out 3:1 from the ${theme} ground`, () => {
    colors.forEach((color, series) => {
      const ratio = contrast(color, grounds[i]!);
      assert.ok(ratio >= 3, `series ${series + 1} has ${ratio.toFixed(2)}:1`);
    });
  });

  for (const [sight, matrix] of Object.entries(sights)) {
    test(`series colours differ in ${theme} with ${sight}`, () => {
      const seen = colors.map((color) => oklab(transform(matrix, color)));
      for (let a = 0; a < seen.length; a++) {
        for (let b = 0; b < a; b++) {
          const distance = Math.hypot(...seen[a]!.map((part, k) => part - seen[b]![k]!));
          assert.ok(distance > 0.09, `series ${b + 1} and ${a + 1} are only ${distance.toFixed(3)} apart`);
        }
      }
    });
  }
});

function linear(hex: string): Vector {
  return [1, 3, 5].map((at) => {
    const share = parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Vector;
}

function transform(matrix: number[], color: Vector): Vector {
  return [0, 3, 6].map((row) => {
    const part = matrix[row]! * color[0] + matrix[row + 1]! * color[1] + matrix[row + 2]! * color[2];
    return Math.min(1, Math.max(0, part));
  }) as Vector;
}

function luminance([r, g, b]: Vector): number {
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: Vector, b: Vector): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function oklab([r, g, b]: Vector): Vector {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}
