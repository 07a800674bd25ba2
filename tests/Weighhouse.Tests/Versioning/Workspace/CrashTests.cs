using System.Diagnostics;
using System.IO.Pipes;
using System.Security.Cryptography;
using System.Text;
using Weighhouse.Kernel;
using Weighhouse.Versioning;

namespace Weighhouse.Tests.Versioning.Workspace;

/// <summary>kill -9 while a child commits and switches: what it was told is committed is there, whole, and the folder can go on.</summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private const string FolderVariable = "WEIGH_TEST_CRASH_FOLDER", SeedVariable = "WEIGH_TEST_CRASH_SEED";
    private const string PipeVariable = "WEIGH_TEST_CRASH_PIPE";
    private const int RecordBytes = Digest.Size + 32;

    private const int Kills = 20;

    /// <summary>Each round has a folder of its own, as every kill asks for all commits so far. Continuous integration has the minutes for
    /// 200 kills.</summary>
    public static TheoryData<int> Rounds => [.. Enumerable.Range(1, Environment.GetEnvironmentVariable("CI") is null ? 1 : 10)];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Rounds))]
    public async Task Nothing_committed_is_lost_and_the_folder_goes_on_when_the_process_is_killed(int round)
    {
        var first = TestSeed.Next();
        output.WriteLine($"WEIGH_SEED={first}");
        var seed = first + (1_000 * round);
        var random = new Random(seed);
        using var house = new WorkspaceHouse();
        house.Write("first", "one");
        await house.CommitAsync("first");
        var pictures = new Dictionary<Digest, byte[]>();
        for (var kill = 0; kill < Kills; kill++)
        {
            using var pipe = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.Inheritable);
            using var child = StartChild(house.Root, seed + kill, pipe.GetClientHandleAsString());
            pipe.DisposeLocalCopyOfClientHandle();
            await CollectAsync(child, pipe, pictures, TimeSpan.FromMilliseconds(random.Next(250)));
            await CheckAsync(house, pictures, random, kill);
        }

        output.WriteLine($"{pictures.Count} commits acknowledged over {Kills} kills");
    }

    [Fact(Explicit = true)]
    public async Task Child_that_commits_and_switches_until_it_is_killed()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable(FolderVariable) is null, "started by the test above only");
        var root = Environment.GetEnvironmentVariable(FolderVariable)!;
        var random = new Random(int.Parse(Environment.GetEnvironmentVariable(SeedVariable)!));
        await using var pipe = new AnonymousPipeClientStream(PipeDirection.Out, Environment.GetEnvironmentVariable(PipeVariable)!);
        var workspace = VersioningModule.FindWorkspace(root, TimeProvider.System, IdGenerator.Secure, WorkspaceHouse.Variables).Value;
        var commits = new List<string>();
        for (var step = 0; ; step++)
        {
            for (var i = 0; i < 5; i++)
                await File.WriteAllBytesAsync(Path.Combine(root, $"file{random.Next(12)}"),
                    RandomNumberGenerator.GetBytes(random.Next(200_000)), Cancellation);
            var picture = PictureOf(root);
            var committed = WorkspaceHouse.Ok(await workspace.CommitAsync(
                new CommitRequest($"step {step}"), root, new WorkProgress(), Cancellation));
            // Told only now that the commit is acknowledged; the parent keeps it to that.
            pipe.Write([.. committed.Commit!.Value.ToBytes(), .. picture]);
            commits.Add(committed.Commit.ToString()!);
            await SwitchAsync(workspace, commits[random.Next(commits.Count)]);
            await SwitchAsync(workspace, "main");
        }
    }

    private static async Task SwitchAsync(IWorkspace workspace, string target) => WorkspaceHouse.Ok(await workspace.SwitchAsync(
        new SwitchRequest(target, null, false, null, workspace.Root), new WorkProgress(), Cancellation));

    private static async Task CheckAsync(WorkspaceHouse house, Dictionary<Digest, byte[]> pictures, Random random, int kill)
    {
        // Without force when a checkout was cut: what it left half done is no change of the user's. A write of the child's own is.
        var status = await house.StatusAsync();
        if (status.Unfinished is not null) await house.SwitchAsync("main");
        await house.SwitchAsync("main", force: true);
        Assert.True((await house.StatusAsync()).Changed.Count == 0, "after a forced switch nothing may differ");
        foreach (var (commit, picture) in pictures.OrderBy(_ => random.Next()).Take(3))
        {
            var elsewhere = house.Beside($"out-{kill}-{commit}");
            await house.ExportAsync(commit.ToString(), elsewhere);
            Assert.Equal(picture, PictureOf(elsewhere));
            Directory.Delete(elsewhere, recursive: true);
        }

        foreach (var commit in pictures.Keys) Assert.False((await house.Workspace.ShowAsync(commit.ToString(), Cancellation)).IsFailure);
    }

    private static byte[] PictureOf(string folder) => SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', FolderPicture.Of(folder))));

    private static Process StartChild(string folder, int seed, string pipe)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [
                "exec", typeof(CrashTests).Assembly.Location, "-noLogo", "-explicit", "only",
                "-method", $"{typeof(CrashTests).FullName}.{nameof(Child_that_commits_and_switches_until_it_is_killed)}",
            ])
        {
            RedirectStandardOutput = true, UseShellExecute = false,
        };
        start.Environment[FolderVariable] = folder;
        start.Environment[SeedVariable] = seed.ToString();
        start.Environment[PipeVariable] = pipe;
        return Process.Start(start)!;
    }

    private static async Task CollectAsync(Process child, Stream pipe, Dictionary<Digest, byte[]> pictures, TimeSpan killAfter)
    {
        var record = new byte[RecordBytes];
        if (await pipe.ReadAtLeastAsync(record, RecordBytes, throwOnEndOfStream: false, Cancellation) < RecordBytes)
            Assert.Fail("the child ended by itself:\n" + await child.StandardOutput.ReadToEndAsync(Cancellation));
        pictures[new Digest(record.AsSpan(0, Digest.Size))] = record[Digest.Size..];
        await Task.Delay(killAfter, TimeProvider.System, Cancellation);
        child.Kill();
        while (await pipe.ReadAtLeastAsync(record, RecordBytes, throwOnEndOfStream: false, Cancellation) == RecordBytes)
            pictures[new Digest(record.AsSpan(0, Digest.Size))] = record[Digest.Size..];
        await child.WaitForExitAsync(Cancellation);
    }
}
