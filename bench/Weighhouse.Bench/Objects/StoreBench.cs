using System.Diagnostics;
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

    /// <summary>As many small objects as a store of terabytes has: opening, asking, collecting, checking.</summary>
    public async Task ObjectsAsync()
    {
        var count = quick ? 100_000 : 1_000_000;
        var ids = new List<Digest>(count);
        using (var store = Open("w5"))
        {
            using var session = store.BeginWrite();
            for (var i = 0; i < count; i++) ids.Add(session.AddObject(ObjectKind.Tree, BitConverter.GetBytes((long)i)));
            Value(await session.CommitAsync(None));
        }

        GC.Collect();
        var resident = ResidentMegabytes;
        var (opened, opening) = Timed(() => Open("w5"));
        using var again = opened;
        report.Note($"{count} objects: open", opening * 1000, "ms");
        report.Note("  memory of the index", ResidentMegabytes - resident, "MB");
        var present = new bool[count];
        report.Note("  asked for all", count / Timed(() => Ask(again, ids, present)).Seconds, "objects/s");
        var request = new CollectionRequest(TimeSpan.Zero);
        var stopwatch = Stopwatch.StartNew();
        var live = new HalfOf(ids);
        Value(await again.Care.CollectAsync([live], request, None));
        Value(await again.Care.CollectAsync([live], request, None));
        report.AtMost("  collection of the half of them", stopwatch.Elapsed.TotalSeconds, "s", 10);
        stopwatch.Restart();
        var check = await again.Care.CheckAsync(CheckDepth.Presence, None);
        report.AtMost("  quick check", stopwatch.Elapsed.TotalSeconds, "s", 5);
        if (check.DamageCount > 0) throw new InvalidOperationException("The collection lost something.");
        report.AtMost("  resident after all", ResidentMegabytes, "MB", 500);
    }

    private static int Ask(IObjectStore store, List<Digest> ids, bool[] present)
    {
        store.Contains(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(ids), present);
        return present.Count(found => found);
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

    private static double ResidentMegabytes => Process.GetCurrentProcess().WorkingSet64 / Megabyte;

    private static T Value<T>(Result<T> result) =>
        result.TryGet(out var value, out var error) ? value : throw new InvalidOperationException(error.ToString());

    private static (T Result, double Seconds) Timed<T>(Func<T> work)
    {
        var stopwatch = Stopwatch.StartNew();
        var result = work();
        return (result, stopwatch.Elapsed.TotalSeconds);
    }

    private sealed class HalfOf(List<Digest> ids) : ILiveObjects
    {
        public ValueTask NameAsync(ILiveMarks marks, CancellationToken cancellation)
        {
            for (var i = 0; i < ids.Count; i += 2) marks.AddNode(ids[i]);
            return ValueTask.CompletedTask;
        }
    }
}
