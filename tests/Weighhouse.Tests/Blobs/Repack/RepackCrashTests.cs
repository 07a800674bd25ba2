using System.Diagnostics;
using System.IO.Pipes;
using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.TestKit;
using Weighhouse.Tests.Blobs.Care;
using Weighhouse.Tests.Blobs.Store;

namespace Weighhouse.Tests.Blobs.Repack;

/// <summary>
/// kill -9 while a child adds versions, repacks and collects without a grace: what it was told is stored is there, and whole.
/// </summary>
public sealed class RepackCrashTests(ITestOutputHelper output) : IDisposable
{
    private const string FolderVariable = "WEIGH_TEST_CRASH_FOLDER", SeedVariable = "WEIGH_TEST_CRASH_SEED";
    private const string PipeVariable = "WEIGH_TEST_CRASH_PIPE";
    private const int Kills = 20;

    private readonly StoreHouse _house = new();
    private readonly TemporaryFolder _temporary = new();

    /// <summary>Continuous integration has the minutes for 200 kills.</summary>
    public static TheoryData<int> Rounds => [.. Enumerable.Range(1, Environment.GetEnvironmentVariable("CI") is null ? 1 : 10)];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _house.Dispose();
        _temporary.Dispose();
    }

    [Theory]
    [MemberData(nameof(Rounds))]
    public async Task Nothing_acknowledged_is_lost_when_the_process_is_killed(int round)
    {
        var seed = TestSeed.Next() + 1_000 * round;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var acknowledged = new HashSet<Digest>();
        for (var kill = 0; kill < Kills; kill++)
        {
            using var pipe = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.Inheritable);
            using var child = StartChild(seed + kill, pipe.GetClientHandleAsString());
            pipe.DisposeLocalCopyOfClientHandle();
            await CollectAsync(child, pipe, acknowledged, random.Next(1, 4), TimeSpan.FromMilliseconds(random.Next(120)));
            await CheckAsync(acknowledged);
        }

        using var store = _house.OpenAnother();
        var forms = acknowledged.SelectMany(id => store.Recipe(id).Value.Chunks).Select(chunk => store.Describe(chunk.Id)!.Value.Codec);
        var leaning = forms.Count(static codec => codec == ObjectCodec.XorPlanes);
        output.WriteLine($"{acknowledged.Count} acknowledged over {Kills} kills, {leaning} chunks stored against others");
        Assert.InRange(leaning, 1, int.MaxValue);
        File.Delete(_house.Folder + ".named");
    }

    [Fact(Explicit = true)]
    public async Task Child_that_repacks_until_it_is_killed()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable(FolderVariable) is null, "started by the test above only");
        _house.Options.Folder = Environment.GetEnvironmentVariable(FolderVariable)!;
        _house.Options.PackTargetBytes = 1 << 20;
        var random = new Random(int.Parse(Environment.GetEnvironmentVariable(SeedVariable)!));
        await using var pipe = new AnonymousPipeClientStream(PipeDirection.Out, Environment.GetEnvironmentVariable(PipeVariable)!);
        var (roots, hints) = (new Roots(), new Hints());
        // What earlier children were told is theirs to keep.
        foreach (var id in Named(_house.Folder)) roots.Ids.Add(id);
        while (true)
        {
            BlobInfo? before = null;
            foreach (var version in ModelFiles.Versions(random, 3, "BF16", 60_001))
            {
                var added = await _house.AddAsync(version);
                await File.AppendAllTextAsync(_house.Folder + ".named", added.Id + "\n", Cancellation);
                roots.Ids.Add(added.Id);
                hints.Add(added, before);
                before = added;
                pipe.Write(added.Id.ToBytes());
            }

            Assert.Null((await _house.Store.Care.RepackAsync([hints], new RepackRequest(Threads: 2), null, Cancellation)).Error);
            for (var step = 0; step < 2; step++)
            {
                var collected = await _house.Store.Care.CollectAsync([roots], new CollectionRequest(TimeSpan.Zero, 1), Cancellation);
                Assert.Null(collected.Error);
            }
        }
    }

    private static IEnumerable<Digest> Named(string folder) =>
        File.Exists(folder + ".named")
            // A line that the kill has cut was not acknowledged.
            ? File.ReadAllLines(folder + ".named").Where(static line => line.Length == Digest.Size * 2).Select(Id)
            : [];

    private static Digest Id(string line) => Digest.TryParse(line, out var id) ? id : throw new FormatException(line);

    private async Task CheckAsync(HashSet<Digest> acknowledged)
    {
        using var store = _house.OpenAnother();
        Assert.Empty((await store.Care.CheckAsync(CheckDepth.Data, Cancellation)).Damages);
        foreach (var id in acknowledged) await StoreHouse.ReadAsync(store, id);
    }

    private Process StartChild(int seed, string pipe)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [
                "exec", typeof(RepackCrashTests).Assembly.Location, "-noLogo", "-explicit", "only",
                "-method", $"{typeof(RepackCrashTests).FullName}.{nameof(Child_that_repacks_until_it_is_killed)}",
            ])
        {
            RedirectStandardOutput = true,
        };
        start.Environment[FolderVariable] = _house.Folder;
        start.Environment[SeedVariable] = seed.ToString();
        start.Environment[PipeVariable] = pipe;
        // What the killed child cannot delete goes with the folders of this test.
        start.Environment["TMPDIR"] = _temporary.Path;
        return Process.Start(start)!;
    }

    /// <summary>Kills the child some time after it has added so many versions: then it repacks or collects.</summary>
    private static async Task CollectAsync(
        Process child, Stream acknowledgements, HashSet<Digest> acknowledged, int killAfter, TimeSpan wait)
    {
        var count = 0;
        var id = new byte[Digest.Size];
        while (await acknowledgements.ReadAtLeastAsync(id, id.Length, throwOnEndOfStream: false, Cancellation) == id.Length)
        {
            acknowledged.Add(new Digest(id));
            if (++count != 3 * killAfter) continue;
            await Task.Delay(wait, TimeProvider.System, Cancellation);
            child.Kill();
        }

        await child.WaitForExitAsync(Cancellation);
        Assert.True(count >= 3 * killAfter, "the child ended by itself:\n" + await child.StandardOutput.ReadToEndAsync(Cancellation));
    }
}
