using System.Diagnostics;
using System.IO.Pipelines;
using System.IO.Pipes;
using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.TestKit;
using Weighhouse.Tests.Blobs.Store;

namespace Weighhouse.Tests.Blobs.Care;

/// <summary>
/// kill -9 while a child adds, names, forgets, and collects without a grace: what is named is whole, and the check finds nothing wrong.
/// Small packs are folded all the time. Continuous integration has the minutes for 200 kills; <c>./build soak 90 Weighhouse.Tests
/// --filter Nothing_named_is_lost</c> goes beyond 1,000, each with a seed of its own.
/// </summary>
public sealed class CollectionKillTests(ITestOutputHelper output)
{
    private const string FolderVariable = "WEIGH_TEST_GC_FOLDER", SeedVariable = "WEIGH_TEST_GC_SEED";
    private const string PipeVariable = "WEIGH_TEST_GC_PIPE";
    private const int Kills = 20, DelayMsMax = 60, StepsMax = 12;

    public static TheoryData<int> Rounds => [.. Enumerable.Range(1, Environment.GetEnvironmentVariable("CI") is null ? 1 : 10)];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Rounds))]
    public async Task Nothing_named_is_lost_when_the_collecting_process_is_killed(int round)
    {
        var first = TestSeed.Next();
        var seed = first + (1_000 * round);
        output.WriteLine($"WEIGH_SEED={first}");
        var random = new Random(seed);
        using var house = new StoreHouse(Configure);
        using var temporary = new TemporaryFolder();
        var phases = new int[4];
        for (var kill = 0; kill < Kills; kill++)
        {
            using var pipe = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.Inheritable);
            using var child = StartChild(house.Folder, temporary.Path, seed + kill, pipe.GetClientHandleAsString());
            pipe.DisposeLocalCopyOfClientHandle();
            await KillAsync(child, pipe, 1 + random.Next(StepsMax), random.Next(DelayMsMax), phases);
            using var store = house.OpenAnother();
            var check = await store.Care.CheckAsync(CheckDepth.Data, Cancellation);
            Assert.True(check.DamageCount == 0, $"kill {kill}: {string.Join('\n', check.Damages)}");
            var named = NamesFile.Read(house.Folder);
            foreach (var (id, content) in named) Assert.Equal(Content(content), await StoreHouse.ReadAsync(store, id));
        }

        output.WriteLine($"{Kills} kills; steps: clean {phases[0]}, condemned {phases[1]}, waiting {phases[2]}, deleted {phases[3]}");
        Assert.InRange(phases[(int)CollectionPhase.Deleted], 2, int.MaxValue);
    }

    [Fact(Explicit = true)]
    public async Task Child_that_collects_until_it_is_killed()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable(FolderVariable) is null, "started by the test above only");
        var folder = Environment.GetEnvironmentVariable(FolderVariable)!;
        var seed = int.Parse(Environment.GetEnvironmentVariable(SeedVariable)!);
        await using var pipe = new AnonymousPipeClientStream(PipeDirection.Out, Environment.GetEnvironmentVariable(PipeVariable)!);
        using var house = new StoreHouse(options =>
        {
            Configure(options);
            options.Folder = folder;
        });
        var names = new NamesFile(folder);
        var store = house.Store;
        var writers = Enumerable.Range(0, 2).Select(
            worker => Task.Run(() => WriteForeverAsync(store, names, new Random(seed * 31 + worker)), Cancellation));
        // None of them ends but by a failure, which must not wait for the others.
        var first = await Task.WhenAny(writers.Append(Task.Run(() => CollectForeverAsync(store, names, pipe), Cancellation)));
        Environment.FailFast("a worker of the child has failed", first.Exception);
    }

    private static void Configure(BlobsOptions options) => (options.PackTargetBytes, options.SmallPacksMin) = (1 << 20, 2);

    private static async Task WriteForeverAsync(IObjectStore store, NamesFile names, Random random)
    {
        while (true)
        {
            using var writer = store.BeginWrite();
            var content = random.Next(200);
            var added = await writer.AddFileAsync(PipeReader.Create(new MemoryStream(Content(content))), long.MaxValue, Cancellation);
            if ((await writer.CommitAsync(Cancellation)).IsFailure) throw new InvalidOperationException("the session is lost");
            // Named before the session ends, so that no grace is needed.
            names.Add(added.Value.Id, content);
            if (random.Next(3) > 0) names.ForgetOne(random);
        }
    }

    private static async Task CollectForeverAsync(IObjectStore store, NamesFile names, Stream told)
    {
        while (true)
        {
            var step = await store.Care.CollectAsync([names], new CollectionRequest(TimeSpan.Zero), Cancellation);
            if (!step.TryGet(out var report, out var error)) throw new InvalidOperationException(error.ToString());
            told.WriteByte((byte)report.Phase);
        }
    }

    private static byte[] Content(int number) => number % 3 == 0
        ? RandomContent.Bytes(number, 1_000 + number)
        : [.. RandomContent.Bytes(number / 6, 150_000), .. RandomContent.Bytes(number, 40_000)];

    private static Process StartChild(string folder, string temporary, int seed, string pipe)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [
                "exec", typeof(CollectionKillTests).Assembly.Location, "-noLogo", "-explicit", "only",
                "-method", $"{typeof(CollectionKillTests).FullName}.{nameof(Child_that_collects_until_it_is_killed)}",
            ])
        {
            RedirectStandardOutput = true, UseShellExecute = false,
        };
        start.Environment[FolderVariable] = folder;
        start.Environment[SeedVariable] = seed.ToString();
        start.Environment[PipeVariable] = pipe;
        // What the killed child cannot delete goes with the folders of this test.
        start.Environment["TMPDIR"] = temporary;
        return Process.Start(start)!;
    }

    /// <summary>After so many steps of the collection and a moment more, so that the kill falls into any part of the next.</summary>
    private static async Task KillAsync(Process child, Stream pipe, int steps, int delayMs, int[] phases)
    {
        var phase = new byte[1];
        for (var step = 0; step < steps; step++)
        {
            if (await pipe.ReadAsync(phase, Cancellation) == 0)
                Assert.Fail("the child ended by itself:\n" + await child.StandardOutput.ReadToEndAsync(Cancellation));
            phases[phase[0]]++;
        }

        await Task.Delay(TimeSpan.FromMilliseconds(delayMs), TimeProvider.System, Cancellation);
        child.Kill();
        await child.WaitForExitAsync(Cancellation);
    }
}
