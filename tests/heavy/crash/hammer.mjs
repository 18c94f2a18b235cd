// One of several processes that use a store at the same time: counts up shared records, makes and removes its own, and says at the end
// what it has done.
import { FileStore } from "../../../dist/sdk/workflow/store/file-store.js";

const [root, seconds, ...shared] = process.argv.slice(2);
const store = new FileStore(root);
const end = Date.now() + Number(seconds) * 1000;
const counted = {};
const kept = [];
let removed = 0;
for (let i = 0; Date.now() < end; i++) {
  const handle = shared[i % shared.length];
  const { revision, value } = store.read(handle);
  try {
    store.update(handle, revision, { n: value.n + 1 });
    counted[handle] = (counted[handle] ?? 0) + 1;
  } catch (error) {
    if (error.code !== "E_CONFLICT") throw error;
  }
  if (i % 5 === 0) kept.push(store.create("dataset", { i }, { npz: new Uint8Array([i % 256]) }).handle);
  if (i % 50 === 49) {
    store.remove(kept.shift());
    removed += 1;
  }
}
process.stdout.write(JSON.stringify({ counted, kept, removed }));
