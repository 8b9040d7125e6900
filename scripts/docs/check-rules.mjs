/**
 * Rule numbers that tests quote (`[P-12]`) and the protocol does not have.
 * @param {Map<string, string>} tests text of test files by path
 * @param {string} protocol text of docs/protocol.md
 * @returns {string[]} problems
 */
export const checkRules = (tests, protocol) => {
  const rules = new Set(protocol.match(/\b[A-Z]{1,4}-\d+\b/g));
  return [...tests].flatMap(([file, text]) =>
    text
      .split("\n")
      .flatMap((content, index) =>
        [...content.matchAll(/\[([A-Z]{1,4}-\d+)\]/g)]
          .filter(([, rule]) => !rules.has(rule))
          .map(([, rule]) => `${file}:${index + 1}  rule ${rule} is not in docs/protocol.md`),
      ),
  );
};
