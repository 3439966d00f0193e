import cliProgress from "cli-progress";

/**
 * Shows a sweep's progress: a bar on a terminal, a line per tenth elsewhere.
 *
 * @returns {{ onProgress: (p: { finished: number, failed: number, total: number }) => void, end: () => void }}
 */
export function showProgress(out = process.stdout) {
  return out.isTTY ? bar(out) : lines(out);
}

function bar(out) {
  const format = "sweep  [{bar}]  {value}/{total} points  {eta_formatted} left{failures}";
  const single = new cliProgress.SingleBar(
    { format, stream: out, hideCursor: true, etaBuffer: 40 },
    cliProgress.Presets.shades_classic,
  );
  return {
    onProgress({ finished, failed, total }) {
      const failures = failed > 0 ? `  ${failed} failed` : "";
      if (finished === 0) single.start(total, 0, { failures });
      else single.update(finished, { failures });
    },
    end: () => single.stop(),
  };
}

function lines(out) {
  let told = -1;
  return {
    onProgress({ finished, failed, total }) {
      const tenth = Math.floor((10 * finished) / total);
      if (tenth === told) return;
      told = tenth;
      out.write(`sweep: ${finished} of ${total} points${failed > 0 ? `, ${failed} failed` : ""}\n`);
    },
    end() {},
  };
}
