import { expect, test } from 'vitest';
import { guardClipboard } from './clipboard-guard.ts';

/** Lets everything that waits for an answer of the clipboard have it. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A clipboard in memory and a clock that moves when the test moves it. */
function world() {
  let now = 0;
  let waiting: { at: number; then: () => void }[] = [];
  const clipboard = {
    text: '',
    read: async () => clipboard.text,
    write: (text: string) => {
      clipboard.text = text;
    },
    clear: () => {
      clipboard.text = '';
    },
  };
  const guard = guardClipboard(clipboard, (ms, then) => {
    const entry = { at: now + ms, then };
    waiting.push(entry);
    return () => {
      waiting = waiting.filter((one) => one !== entry);
    };
  });
  const pass = async (ms: number) => {
    const until = now + ms;
    for (;;) {
      const due = waiting.filter((one) => one.at <= until).sort((one, other) => one.at - other.at)[0];
      if (!due) break;
      waiting = waiting.filter((one) => one !== due);
      now = due.at;
      due.then();
      await settled();
    }
    now = until;
  };
  return { clipboard, guard, pass };
}

test('what was copied is cleared after a minute and not before', async () => {
  const { clipboard, guard, pass } = world();
  guard.copy('OTIENO, Amina');
  await pass(59_999);
  expect(clipboard.text).toBe('OTIENO, Amina');
  await pass(1);
  expect(clipboard.text).toBe('');
});

test('a copy of the page by itself is noticed, and a later one counts from its own time', async () => {
  const { clipboard, guard, pass } = world();
  guard.copied();
  clipboard.text = 'first';
  await pass(40_000);
  guard.copied();
  clipboard.text = 'second';
  await pass(40_000);
  expect(clipboard.text).toBe('second');
  await pass(30_000);
  expect(clipboard.text).toBe('');
});

test('what somebody copied elsewhere since is left alone', async () => {
  const { clipboard, guard, pass } = world();
  guard.copy('OTIENO, Amina');
  clipboard.text = 'a shopping list';
  await pass(60_000);
  expect(clipboard.text).toBe('a shopping list');
  await guard.forget();
  expect(clipboard.text).toBe('a shopping list');
});

test('a lock and the end clear at once, also what has only just been copied', async () => {
  const { clipboard, guard } = world();
  guard.copy('OTIENO, Amina');
  await guard.forget();
  expect(clipboard.text).toBe('');
  guard.copied();
  clipboard.text = 'OTIENO, Amina';
  await guard.forget();
  expect(clipboard.text).toBe('');
});
