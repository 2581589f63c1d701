using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

// In this process and short: enough to see which of them costs microseconds. Not collected before each turn: that takes longer than
// the turn where 100,000 users are held. --filter '*Charge*' picks one.
var job = Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance).WithGcForce(false);
BenchmarkSwitcher.FromAssembly(typeof(Platform.Micro.CommandBenchmarks).Assembly).Run(args.Length == 0 ? ["--filter", "*"] : args, DefaultConfig.Instance.AddJob(job));
