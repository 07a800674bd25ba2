using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Weighhouse.Bench.Load;
using Weighhouse.Blobs;
using Weighhouse.Kernel;

namespace Weighhouse.Bench.Objects;

/// <summary>The store of objects alone, in this process: what it does with a checkpoint, a table, many files, and a big index.</summary>
internal sealed class StoreBench(Report report, ScratchFolder folder, bool quick)
{
    private const double Megabyte = 1e6;

    private static CancellationToken None => CancellationToken.None;

    public void Checkpoint()
    {
        var path = folder["checkpoint.safetensors"];
        StoreFiles.Checkpoint(path, quick ? 40 : 260, tuned: false);
        var megabytes = new FileInfo(path).Length / Megabyte;
        using (var store = Open("w1"))
        {
            Warm(path);
            var cpu = CpuSeconds;
            var (file, seconds) = Timed(() => Add(store, path));
            report.AtLeast("checkpoint, first commit", megabytes / seconds, "MB/s", 600);
            report.AtMost("  processor time for each 1,088 MB", (CpuSeconds - cpu) / megabytes * 1088, "s", 3.2);
            report.AtMost("  stored over its size", Stored("w1") / Megabyte - megabytes, "MB", 1);
            report.AtMost("  resident peak", PeakMegabytes, "MB", 200);
            report.AtLeast("  the same again", megabytes / Timed(() => Add(store, path)).Seconds, "MB/s", 600);
            var before = Stored("w1");
            StoreFiles.Checkpoint(path, quick ? 40 : 260, tuned: true);
            Add(store, path);
            report.AtMost("  tuned: stored for each MB that changed", (Stored("w1") - before) / Megabyte / (megabytes / 20), "MB", 1.02);
            var (_, reading) = Timed(() => WriteOut(store, file.Id));
            report.AtLeast("  read and written out, verified", megabytes / reading, "MB/s", 450);
        }

        File.Delete(path);
    }

    public void Table()
    {
        var (path, changed) = (folder["table.csv"], folder["changed.csv"]);
        StoreFiles.Table(path, quick ? 20_000_000 : 201_000_000);
        var megabytes = new FileInfo(path).Length / Megabyte;
        using var store = Open("w3");
        Warm(path);
        report.AtLeast("table, first commit", megabytes / Timed(() => Add(store, path)).Seconds, "MB/s", 100);
        report.AtMost("  stored of its size", Stored("w3") / Megabyte / megabytes * 100, "%", 39);
        foreach (var (name, atEnd, bar) in new[] { ("2,000 rows inserted", false, 2.0), ("1 % appended", true, 1.0) })
        {
            var before = Stored("w3");
            StoreFiles.Insert(path, changed, atEnd);
            Add(store, changed);
            report.AtMost($"  {name}: stored", (Stored("w3") - before) / Megabyte, "MB", bar);
        }
    }

    public void Many()
    {
        var source = folder["many"];
        StoreFiles.Many(source, quick ? 2_000 : 20_000);
        var paths = Directory.GetFiles(source, "*", SearchOption.AllDirectories);
        foreach (var path in paths) File.ReadAllBytes(path);
        using var store = Open("w4");
        var (_, seconds) = Timed(() =>
        {
            using var session = store.BeginWrite();
            Parallel.ForEach(paths, new ParallelOptions { MaxDegreeOfParallelism = 2 }, path => Value(session.AddFile(path, None)));
            Value(session.CommitAsync(None).AsTask().Result);
            return 0;
        });
        report.AtMost($"{paths.Length} files of 14.5 KB", seconds, "s", quick ? 0.5 : 1.5);
        report.AtMost("  files on disk", Directory.GetFiles(folder["w4"], "*", SearchOption.AllDirectories).Length, "", 10);
        var (_, again) = Timed(() => Parallel.ForEach(paths, path => Value(store.BeginWrite().AddFile(path, None))));
        report.Note("  the same again", again, "s");
    }

    /// <summary>
    /// As many small objects as a store of terabytes has. Opening, asking, collecting while somebody commits, and checking run in a process
    /// of their own, whose memory is theirs alone.
    /// </summary>
    public async Task ObjectsAsync(int count)
    {
        var (store, ids) = (folder[$"objects-{count}"], folder[$"ids-{count}"]);
        var (_, seconds) = Timed(() => AddMany(store, ids, count).GetAwaiter().GetResult());
        report.Note($"{count} objects: added", count / seconds, "objects/s");
        var figures = await StepAsync("objects-step", store, ids);
        var isLarge = count > 1_000_000;
        report.Note("  open", figures["open ms"], "ms");
        report.Note("  asked for all", figures["known/s"], "objects/s");
        report.Note("  asked for what is not there", figures["unknown/s"], "objects/s");
        report.AtMost("  collection of the half of them, both steps", figures["collect s"], "s", isLarge ? 60 : 10);
        report.AtLeast("  commits of another writer meanwhile", figures["commits"], "", 10);
        report.Note("  the longest of them", figures["longest ms"], "ms");
        report.AtMost("  quick check", figures["check s"], "s", isLarge ? 25 : 5);
        report.AtMost("  resident peak of all that, mapped index included", figures["peak MB"], "MB", isLarge ? 524 : 268);
        report.Note("  without what is mapped", figures["own MB"], "MB");
        report.Note("  of the runtime's heap", figures["heap MB"], "MB");
    }

    /// <summary>A workspace of 50 GB, mostly holes: what it takes to version it, in a process of its own.</summary>
    public async Task SparseAsync()
    {
        var figures = await StepAsync("sparse-step", Directory.CreateDirectory(folder["sparse"]).FullName);
        foreach (var name in new[] { "add", "status", "commit", "status again", "checkout", "sparse checkout", "all again", "gc" })
            report.AtMost($"50 GB of holes and 0.4 GB of noise, 5,025 files: {name}", figures[name], "s", 30);
        report.AtMost("  files in the folder after the sparse checkout", figures["files left"], "", 100);
        report.AtMost("  resident peak of all that", figures["peak MB"], "MB", 524);
        report.Note("  without what is mapped", figures["own MB"], "MB");
    }

    private static async Task<Dictionary<string, double>> StepAsync(params string[] arguments)
    {
        var program = new ProcessStartInfo("dotnet", [typeof(StoreBench).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true, UseShellExecute = false,
        };
        using var child = Process.Start(program)!;
        var figures = (await child.StandardOutput.ReadToEndAsync(None)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => line.Split('\t')).ToDictionary(
                static pair => pair[0], static pair => double.Parse(pair[1], CultureInfo.InvariantCulture));
        await child.WaitForExitAsync(None);
        return child.ExitCode == 0 ? figures : throw new InvalidOperationException($"The step {arguments[0]} failed.");
    }

    private async Task<int> AddMany(string store, string ids, int count)
    {
        using var opened = Open(Path.GetFileName(store));
        await using var file = File.Create(ids, 1 << 20);
        for (var i = 0; i < count;)
        {
            using var session = opened.BeginWrite();
            for (var end = Math.Min(count, i + 100_000); i < end; i++)
                file.Write(session.AddObject(ObjectKind.Tree, BitConverter.GetBytes((long)i)).ToBytes());
            Value(await session.CommitAsync(None));
        }

        return count;
    }

    private static BlobInfo Add(IObjectStore store, string path)
    {
        using var session = store.BeginWrite();
        var file = Value(session.AddFile(path, None));
        Value(session.CommitAsync(None).AsTask().Result);
        return file;
    }

    private int WriteOut(IObjectStore store, Digest file)
    {
        using var target = File.OpenHandle(folder["out"], FileMode.Create, FileAccess.Write);
        Value(store.WriteTo(file, target, None));
        return 0;
    }

    private IObjectStore Open(string name) =>
        Value(BlobsModule.OpenStore(
            new BlobsOptions { Folder = folder[name] }, TimeProvider.System, IdGenerator.Secure, NullLogger.Instance));

    private long Stored(string name) => Directory.GetFiles(Path.Combine(folder[name], "packs")).Sum(pack => new FileInfo(pack).Length);

    private static void Warm(string path)
    {
        using var file = File.OpenRead(path);
        file.CopyTo(Stream.Null, 1 << 20);
    }

    private static double CpuSeconds => Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds;

    private static double PeakMegabytes => Process.GetCurrentProcess().PeakWorkingSet64 / Megabyte;

    private static T Value<T>(Result<T> result) =>
        result.TryGet(out var value, out var error) ? value : throw new InvalidOperationException(error.ToString());

    private static (T Result, double Seconds) Timed<T>(Func<T> work)
    {
        var stopwatch = Stopwatch.StartNew();
        var result = work();
        return (result, stopwatch.Elapsed.TotalSeconds);
    }
}
