using System.Diagnostics;
using System.IO.Pipes;
using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Blobs.Store;

/// <summary>kill -9 while a child puts: what it was told is stored is there, and whole.</summary>
public sealed class CrashTests(ITestOutputHelper output) : IDisposable
{
    private const string FolderVariable = "WEIGH_TEST_CRASH_FOLDER", SeedVariable = "WEIGH_TEST_CRASH_SEED";
    private const string PipeVariable = "WEIGH_TEST_CRASH_PIPE";
    private const int Kills = 20;

    private readonly StoreHouse _test = new();
    private readonly TemporaryFolder _temporary = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _test.Dispose();
        _temporary.Dispose();
    }

    [Fact]
    public async Task Nothing_acknowledged_is_lost_when_the_process_is_killed()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var acknowledged = new HashSet<Digest>();
        for (var kill = 0; kill < Kills; kill++)
        {
            using var acknowledgements = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.Inheritable);
            using var child = StartChild(seed + kill, acknowledgements.GetClientHandleAsString());
            acknowledgements.DisposeLocalCopyOfClientHandle();
            await CollectAsync(child, acknowledgements, acknowledged, killAfter: random.Next(1, 60));
        }

        using var store = _test.OpenAnother();
        var check = await store.Care.CheckAsync(CheckDepth.Data, Cancellation);
        output.WriteLine($"{acknowledged.Count} acknowledged, {check.Objects} objects, {_test.Packs.Count} packs");
        Assert.Empty(check.Damages);
        foreach (var id in acknowledged) await StoreHouse.ReadAsync(store, id);
    }

    [Fact(Explicit = true)]
    public async Task Child_that_puts_until_it_is_killed()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable(FolderVariable) is null, "started by the test above only");
        _test.Options.Folder = Environment.GetEnvironmentVariable(FolderVariable)!;
        var seed = int.Parse(Environment.GetEnvironmentVariable(SeedVariable)!);
        await using var pipe = new AnonymousPipeClientStream(PipeDirection.Out, Environment.GetEnvironmentVariable(PipeVariable)!);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(
            worker => Task.Run(() => PutForeverAsync(new Random(seed * 31 + worker), pipe), Cancellation)));
    }

    private async Task PutForeverAsync(Random random, Stream acknowledgements)
    {
        while (true)
        {
            var length = random.Next(5) == 0 ? random.Next(1 << 20, 5 << 20) : random.Next(100_000);
            var put = await _test.PutAsync(RandomContent.Bytes(random, length));
            // Told only now that the store has said so; the parent keeps it to that.
            lock (acknowledgements) acknowledgements.Write(put.Value.Id.ToBytes());
        }
    }

    private Process StartChild(int seed, string pipe)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [
                "exec", typeof(CrashTests).Assembly.Location, "-noLogo", "-explicit", "only",
                "-method", $"{typeof(CrashTests).FullName}.{nameof(Child_that_puts_until_it_is_killed)}",
            ])
        {
            RedirectStandardOutput = true,
        };
        start.Environment[FolderVariable] = _test.Folder;
        start.Environment[SeedVariable] = seed.ToString();
        start.Environment[PipeVariable] = pipe;
        // What the killed child cannot delete goes with the folders of this test.
        start.Environment["TMPDIR"] = _temporary.Path;
        return Process.Start(start)!;
    }

    private static async Task CollectAsync(Process child, Stream acknowledgements, HashSet<Digest> acknowledged, int killAfter)
    {
        var count = 0;
        var id = new byte[Digest.Size];
        while (await acknowledgements.ReadAtLeastAsync(id, id.Length, throwOnEndOfStream: false, Cancellation) == id.Length)
        {
            acknowledged.Add(new Digest(id));
            if (++count == killAfter) child.Kill();
        }

        await child.WaitForExitAsync(Cancellation);
        Assert.True(count >= killAfter, "the child ended by itself:\n" + await child.StandardOutput.ReadToEndAsync(Cancellation));
    }
}
