// News that not everybody may read. A test file has them put into the site while it runs.

import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nuso } from "./people.mjs";

// The items by what their front matter says, and the roles that read each.
const items = [
  { says: "audience: inloggad", reads: ["follower", "member", "contact", "regional", "researcher", "editor", "admin"] },
  { says: "audience: deltagare", reads: ["member", "contact", "regional", "researcher", "editor", "admin"] },
  { says: "audience: organisation:kommun-1780", reads: ["member", "contact", "editor", "admin"] },
  { says: "audience: roll:regional", reads: ["regional", "editor", "admin"] },
  { says: "audience: roll:researcher", reads: ["researcher", "editor", "admin"] },
  { says: "draft: true", reads: ["editor", "admin"] },
];

// publish puts the items into the site. It returns the address of the first, the titles that a role reads, and what takes the items
// back.
export async function publish() {
  const mark = randomUUID();
  const folder = await mkdtemp(join(tmpdir(), "nuso-closed-"));
  await nuso("content", "export", folder);
  const date = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10);
  const files = items.map(({ says }, i) => ({
    path: join(folder, "nyheter", `prov-${mark}-${i}.md`), title: `Prov ${mark} ${says}`,
    text: `---\nid: prov-${mark}-${i}\ntitle: "Prov ${mark} ${says}"\ndate: ${date}\nsummary: Bara för några.\n${says}\n---\n\nText.\n`,
  }));
  await Promise.all(files.map(({ path, text }) => writeFile(path, text)));
  await nuso("content", "sync", folder);
  return {
    path: `/nyheter/prov-${mark}-0`,
    titles: (role) => files.filter((_, i) => items[i].reads.includes(role)).map(({ title }) => title).sort(),
    shown: async (page) => (await page.getByRole("heading", { name: mark }).allInnerTexts()).sort(),
    async retract() {
      await Promise.all(files.map(({ path }) => rm(path)));
      await nuso("content", "sync", folder);
      await rm(folder, { recursive: true });
    },
  };
}
