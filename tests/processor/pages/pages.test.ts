import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";
import { expect, test } from "vitest";
import { pathOf, pictureOf, readPicture, writePicture } from "./pictures.ts";
import { scores } from "./scores.ts";

/** Pixels that may differ beside those that antialiasing explains: less than a note's head has. */
const tolerance = 40;

test.each(Object.entries(scores))("the page of the score %s looks as approved", async (name, write) => {
  const [picture, approved] = [await pictureOf(write()), readPicture(pathOf("approved", name))];
  const { width, height } = picture;
  const advice = `look at tests/processor/pages/failed/${name}.png; npm run approve -- ${name} approves it`;
  if (height !== approved.height) writePicture(pathOf("failed", name), picture);
  expect([width, height], advice).toEqual([approved.width, approved.height]);
  const difference = new PNG({ width, height });
  const differing = pixelmatch(approved.data, picture.data, difference.data, width, height, { threshold: 0.2 });
  if (differing > tolerance) {
    writePicture(pathOf("failed", name), picture);
    writePicture(pathOf("failed", `${name}-difference`), difference, 2);
  }
  expect(differing, advice).toBeLessThanOrEqual(tolerance);
});
