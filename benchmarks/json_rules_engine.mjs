// Decides answer sheets with json-rules-engine, and measures the time itself.
//
//     node json_rules_engine.mjs INPUT.json OUTPUT.json
//
// The input has the conditions, rules and sheets, and how many sheets to decide first without
// measuring, so that the code is compiled. The output has the seconds of CPU time and a decision
// for each sheet.
import { readFileSync, writeFileSync } from "node:fs";
import { Engine } from "json-rules-engine";

const [inputFile, outputFile] = process.argv.slice(2);
const input = JSON.parse(readFileSync(inputFile, "utf8"));

// A question that is not asked has no answer.
const engine = new Engine([], { allowUndefinedFacts: true });
for (const [name, conditions] of Object.entries(input.conditions)) {
  engine.setCondition(name, conditions);
}
for (const rule of input.rules) {
  engine.addRule(rule);
}

// The engine has no sum and no "at least", so these are facts worked out by a function.
engine.addFact("points", async ({ parts }, almanac) => {
  let total = 0;
  for (const part of parts) {
    for (const { fact, operator, value } of part.any) {
      const answer = await almanac.factValue(fact);
      if (engine.operators.get(operator).evaluate(answer, value)) {
        total += part.points;
        break;
      }
    }
  }
  return total;
});

async function decide(sheet) {
  const { events } = await engine.run(sheet);
  const fired = events.map((event) => event.params);
  return {
    urgency: Math.max(...fired.map((rule) => rule.urgency)),
    out_of_scope: fired.some((rule) => rule.out_of_scope),
    fired: fired.map(({ rule, truth }) => [rule, truth]),
  };
}

for (const sheet of input.sheets.slice(0, input.warmUp)) {
  await decide(sheet);
}
const decisions = [];
const start = process.cpuUsage();
for (const sheet of input.sheets) {
  decisions.push(await decide(sheet));
}
const { user, system } = process.cpuUsage(start);
const seconds = (user + system) / 1e6;
writeFileSync(outputFile, JSON.stringify({ seconds, decisions }));
