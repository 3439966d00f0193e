/**
 * A vitest reporter that ends a run with `N passed, N failed, N skipped`, for people and scripts alike.
 * Tests that would have run in a browser that is not installed count as skipped.
 */
export function closingLine(missingBrowsers) {
  return {
    onTestRunEnd(modules, unhandledErrors) {
      const count = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
      for (const module of modules) {
        const states = [...module.children.allTests()].map((test) => test.result().state);
        for (const state of states) count[state in count ? state : "skipped"] += 1;
        // A file that could not be loaded has no test that could fail.
        if (module.state() === "failed" && !states.includes("failed")) count.failed += 1;
        const portable = module.project.name === "node" && !module.moduleId.includes(".node.test.");
        if (portable) count.skipped += states.length * missingBrowsers.length;
      }
      console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
    },
  };
}
