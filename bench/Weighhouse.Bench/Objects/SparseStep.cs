using System.Diagnostics;
using System.Globalization;
using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning;

namespace Weighhouse.Bench.Objects;

/// <summary>
/// A workspace of 50 GB that is mostly holes, in a process whose memory is read at its end. Prints a figure a line.
/// </summary>
internal static class SparseStep
{
    public const int Files = 25, RunsEach = 16;

    private const int RunBytes = 1 << 20, SmallFiles = 5_000;
    private const long FileBytes = 2_000_000_000;

    private static CancellationToken None => CancellationToken.None;

    public static async Task RunAsync(string folder)
    {
        Fill(folder);
        using var memory = new MemorySampler();
        var workspace = Value(VersioningModule.CreateWorkspace(
            folder, null, "main", TimeProvider.System, IdGenerator.Secure, static name => name == "WEIGH_AUTHOR_NAME" ? "Bench" : null));
        await TimedAsync("add", async () => Value(await workspace.AddAsync(["."], folder, force: false, new WorkProgress(), None)));
        await TimedAsync("status", async () => Value(await workspace.StatusAsync(None)));
        await TimedAsync("commit", async () => Value(await workspace.CommitAsync(
            new CommitRequest("all"), folder, new WorkProgress(), None)));
        await TimedAsync("status again", async () => Value(await workspace.StatusAsync(None)));
        for (var i = 0; i < Files; i++) File.Delete(NameOf(folder, i));
        await TimedAsync("checkout", async () => Value(await workspace.RestoreAsync(
            new RestoreRequest([], folder), new WorkProgress(), None)));
        await TimedAsync("sparse checkout", async () => Value(await workspace.SwitchAsync(
            new SwitchRequest(null, null, false, ["small/10"], folder), new WorkProgress(), None)));
        Print("files left", Directory.GetFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true }).Length);
        await TimedAsync("all again", async () => Value(await workspace.SwitchAsync(
            new SwitchRequest(null, null, false, [], folder), new WorkProgress(), None)));
        for (var i = 0; i < Files / 2; i++) File.Delete(NameOf(folder, i));
        Value(await workspace.CommitAsync(new CommitRequest("half"), folder, new WorkProgress(), None));
        await TimedAsync("gc", async () =>
        {
            for (var step = 0; step < 2; step++) Value(await workspace.CollectAsync(new CollectionRequest(TimeSpan.Zero), None));
        });
        Print("peak MB", MemorySampler.PeakMegabytes);
        Print("own MB", memory.OwnPeakMegabytes);
    }

    private static void Fill(string folder)
    {
        var random = new Random(8);
        var bytes = new byte[RunBytes];
        for (var i = 0; i < SmallFiles; i++)
        {
            var subfolder = Path.Combine(folder, "small", $"{i % 50}");
            if (i < 50) Directory.CreateDirectory(subfolder);
            random.NextBytes(bytes.AsSpan(0, 200));
            File.WriteAllBytes(Path.Combine(subfolder, $"{i}"), bytes[..200]);
        }

        for (var i = 0; i < Files; i++)
        {
            using var file = File.OpenHandle(NameOf(folder, i), FileMode.CreateNew, FileAccess.Write);
            RandomAccess.SetLength(file, FileBytes);
            for (var run = 0; run < RunsEach; run++)
            {
                random.NextBytes(bytes);
                RandomAccess.Write(file, bytes, (FileBytes / RunsEach * run) + random.NextInt64((FileBytes / RunsEach) - RunBytes));
            }
        }
    }

    private static string NameOf(string folder, int file) => Path.Combine(folder, $"sparse{file:00}");

    private static async Task TimedAsync(string name, Func<Task> work)
    {
        var clock = Stopwatch.StartNew();
        await work();
        Print(name, clock.Elapsed.TotalSeconds);
    }

    private static void Print(string name, double value) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}\t{value}"));

    private static T Value<T>(Result<T> result) =>
        result.TryGet(out var value, out var error) ? value : throw new InvalidOperationException(error.ToString());
}
