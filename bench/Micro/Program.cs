using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

// Short and in this process: enough to see which parts cost microseconds. No forced garbage collection before each iteration: with
// 100,000 users in memory it takes longer than the iteration. --filter '*Charge*' selects benchmarks.
var job = Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance).WithGcForce(false);
BenchmarkSwitcher.FromAssembly(typeof(Platform.Micro.CommandBenchmarks).Assembly)
    .Run(args.Length == 0 ? ["--filter", "*"] : args, DefaultConfig.Instance.AddJob(job));
