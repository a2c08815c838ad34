declare module "verovio/wasm" {
  const createVerovioModule: () => Promise<unknown>;
  export default createVerovioModule;
}

declare module "verovio/esm" {
  export const LOG_ERROR: number;
  export function enableLog(level: number, module: unknown): void;
  export class VerovioToolkit {
    constructor(module: unknown);
    getPageCount(): number;
    getVersion(): string;
    loadData(data: string): boolean;
    renderToSVG(page: number): string;
    setOptions(options: Record<string, unknown>): void;
  }
}

declare module "svg-to-pdfkit" {
  export default function addSvg(
    document: PDFKit.PDFDocument,
    svg: string,
    x: number,
    y: number,
    options?: {
      width?: number;
      height?: number;
      assumePt?: boolean;
      fontCallback?: (family: string, bold: boolean, italic: boolean) => string;
    },
  ): void;
}
