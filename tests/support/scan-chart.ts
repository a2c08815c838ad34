import { createRequire } from "node:module";

export interface ChartNote {
  readonly tick: number;
  readonly msTime: number;
  readonly type: number;
  readonly flags: number;
}

interface ChartFile {
  readonly fileName: string;
  readonly data: Uint8Array;
}

/** What the tests use of scan-chart, which Chorus and Clone Hero's tools scan songs with. */
interface ScanChart {
  readonly noteTypes: Readonly<Record<string, number>>;
  readonly noteFlags: Readonly<Record<string, number>>;
  parseChartFile(
    data: Uint8Array,
    format: "mid",
    modifiers: { readonly pro_drums: boolean },
  ): {
    readonly resolution: number;
    readonly tempos: readonly { readonly tick: number; readonly beatsPerMinute: number; readonly msTime: number }[];
    readonly sections: readonly { readonly name: string }[];
    readonly trackData: readonly {
      readonly difficulty: string;
      readonly starPowerSections: readonly unknown[];
      readonly drumFreestyleSections: readonly unknown[];
      readonly noteEventGroups: readonly (readonly ChartNote[])[];
    }[];
  };
  scanChartFolder(files: readonly ChartFile[]): {
    readonly playable: boolean;
    readonly name?: string;
    readonly folderIssues: readonly { readonly folderIssue: string }[];
    readonly notesData: {
      readonly drumType: number;
      readonly chartIssues: readonly { readonly noteIssue: string; readonly description: string }[];
    };
  };
}

/** Its own types change those of `Array.includes` in the whole program, so they are left out. */
export const { noteTypes, noteFlags, parseChartFile, scanChartFolder } = createRequire(import.meta.url)(
  "scan-chart",
) as ScanChart;
