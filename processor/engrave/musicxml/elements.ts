import { create } from "xmlbuilder2";

/** Children, attributes ("@name") and text ("#") of an element, as xmlbuilder2 reads them. */
export type Content = Readonly<Record<string, unknown>>;

/** An element of a bar: its name and what it holds, plain JSON. */
export type Element = readonly [name: string, content: Content];

/** @returns the element as indented text, for use inside a measure */
export type ElementWriter = (element: Element) => string;

/** levels of a measure's children in the document */
const DEPTH = 3;

/**
 * Equal elements are serialised once. A song of 2000 notes has about a hundred different ones, and xmlbuilder2 builds a tree
 * of DOM nodes for each, which used to take a third of the time that a score took.
 */
export function elementWriter(): ElementWriter {
  const texts = new Map<string, string>();
  return ([name, content]) => {
    const key = JSON.stringify([name, content]);
    const known = texts.get(key);
    if (known !== undefined) return known;
    const text = create({ [name]: content }).end({ headless: true, prettyPrint: true, indent: " ", offset: DEPTH });
    texts.set(key, text);
    return text;
  };
}
