/** Lengths on a page are in page units: a staff is 72 units high, which is 6.1 mm on A4 paper. */
export const STAFF_HEIGHT = 72;
export const PAGE_WIDTH = 2480;
export const PAGE_HEIGHT = Math.round(PAGE_WIDTH * Math.SQRT2);
export const PAGE_MARGIN = { left: 150, right: 150, top: 140, bottom: 150 } as const;
export const LINE_WIDTH = PAGE_WIDTH - PAGE_MARGIN.left - PAGE_MARGIN.right;
