/**
 * How long (seconds) and how large: all of it in under twelve minutes, or a look at everything in under three.
 * Patience is how many half seconds a run waits for an idle machine.
 */
export const full = {
  wallets: 10_000, load: 12, pgbench: 10, warm: 8, lone: 10,
  patience: 10, liveRate: 1000, liveSeconds: 25, touched: 100_000, history: 1_000_000,
};

export const quick = {
  wallets: 10_000, load: 3, pgbench: 2, warm: 3, lone: 2,
  patience: 1, liveRate: 1000, liveSeconds: 6, touched: 10_000, history: 50_000,
};

/** What issue 2 asks for. `goal` is what is hoped for beyond the target. */
export const targets = {
  restToPgbench: { least: 1.5, goal: 2.5 },
  hotToPgbench: { least: 6, goal: 10 },
  restToExpress: { least: 6 },
  hotToExpress: { least: 20 },
  hotP99: { most: 50 },
  loneP50: { most: 5 },
  liveP99: { most: 250 },
  idleMemory: { most: 350 },
  touchedMemory: { most: 1024 },
  firstRequest: { most: 100 },
  ready: { most: 15 },
};
