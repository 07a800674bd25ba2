using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Weighhouse.Bench.Load;
using Weighhouse.Blobs;
using Weighhouse.Kernel;

namespace Weighhouse.Bench.Objects;

/// <summary>A fine-tune of all weights with a relative noise of a thousandth, repacked against its parent and read back.</summary>
internal sealed class RepackBench(Report report, ScratchFolder folder, bool quick)
{
    private const double Megabyte = 1e6;
    private const int Tensors = 8;

    private static CancellationToken None => CancellationToken.None;

    public void Run()
    {
        Run("BF16", width: 2, shareMax: 12);
        Run("F32", width: 4, shareMax: 57);
    }

    private void Run(string type, int width, double shareMax)
    {
        var (parent, tuned) = (folder[type + ".parent"], folder[type + ".tuned"]);
        Write(parent, tuned, type, width, quick ? 1 << 20 : 1 << 24);
        using var store = Open(folder[type + ".store"]);
        var (first, second) = (Add(store, parent), Add(store, tuned));
        var megabytes = second.SizeBytes / Megabyte;
        var cpu = CpuSeconds;
        var stopwatch = Stopwatch.StartNew();
        Value(store.Care.RepackAsync([new TwoVersions(second.Id, first.Id)], new RepackRequest(), null, None).AsTask().Result);
        report.Note($"{type} fine-tune and its parent, repacked on one thread", 2 * megabytes / stopwatch.Elapsed.TotalSeconds, "MB/s");
        report.Note("  for each second of processor time", 2 * megabytes / (CpuSeconds - cpu), "MB");
        var room = Value(store.Recipe(second.Id)).Chunks.Sum(chunk => (long)store.Describe(chunk.Id)!.Value.StoredBytes);
        report.AtMost($"  stored of its {megabytes:F0} MB", room / Megabyte / megabytes * 100, "%", shareMax);
        ReadBack(store, second, tuned, megabytes);
        File.Delete(parent);
        File.Delete(tuned);
    }

    private void ReadBack(IObjectStore store, BlobInfo file, string original, double megabytes)
    {
        var target = folder["restored"];
        // Twice: what is compiled on the way is not the store's.
        for (var round = 0; round < 2; round++)
        {
            var cpu = CpuSeconds;
            var stopwatch = Stopwatch.StartNew();
            using (var handle = File.OpenHandle(target, FileMode.Create, FileAccess.Write)) Value(store.WriteTo(file.Id, handle, None));
            if (round == 0) continue;
            report.Note("  written out, verified", megabytes / stopwatch.Elapsed.TotalSeconds, "MB/s");
            report.AtLeast("  for each second of processor time", megabytes / (CpuSeconds - cpu), "MB", 250);
        }

        report.AtMost("  bytes that differ from the original", Differences(original, target), "", 0);
        File.Delete(target);
    }

    private static long Differences(string left, string right)
    {
        using var a = File.OpenRead(left);
        using var b = File.OpenRead(right);
        var (first, second) = (new byte[1 << 20], new byte[1 << 20]);
        long count = Math.Abs(a.Length - b.Length);
        while (a.ReadAtLeast(first, first.Length, false) is > 0 and var length)
        {
            var same = b.ReadAtLeast(second.AsSpan(0, length), length, false);
            if (same == length && first.AsSpan(0, length).SequenceEqual(second.AsSpan(0, length))) continue;
            for (var i = 0; i < length; i++) count += first[i] == second[i] ? 0 : 1;
        }

        return count;
    }

    /// <summary>Two checkpoints of the same tensors, weights and the same each a little larger or smaller.</summary>
    private static void Write(string parent, string tuned, string type, int width, int floats)
    {
        var header = new StringBuilder("{");
        for (var i = 0L; i < Tensors; i++)
        {
            var (from, to) = (i * floats * width, (i + 1) * floats * width);
            if (i > 0) header.Append(',');
            header.Append($"\"layer.{i}\":{{\"dtype\":\"{type}\",\"shape\":[{floats}],\"data_offsets\":[{from},{to}]}}");
        }

        var text = Encoding.ASCII.GetBytes(header.Append('}').ToString());
        using var before = new BufferedStream(File.Create(parent), 1 << 20);
        using var after = new BufferedStream(File.Create(tuned), 1 << 20);
        foreach (var file in new[] { before, after })
        {
            file.Write(BitConverter.GetBytes((long)text.Length));
            file.Write(text);
        }

        var random = new Random(1);
        Span<byte> bytes = stackalloc byte[sizeof(float)];
        for (var i = 0L; i < (long)Tensors * floats; i++)
        {
            var weight = 0.02f * Normal(random);
            Put(before, weight, bytes, width);
            Put(after, weight * (1 + 1e-3f * Normal(random)), bytes, width);
        }
    }

    private static void Put(Stream file, float value, Span<byte> bytes, int width)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        if (width == 2) bits = bits + 0x7fff + (bits >> 16 & 1);
        BitConverter.TryWriteBytes(bytes, bits);
        file.Write(bytes[(sizeof(float) - width)..]);
    }

    /// <summary>The sum of four is near enough to the bell of real weights, and quick.</summary>
    private static float Normal(Random random) =>
        (random.NextSingle() + random.NextSingle() + random.NextSingle() + random.NextSingle() - 2) * 1.732f;

    private static BlobInfo Add(IObjectStore store, string path)
    {
        using var session = store.BeginWrite();
        var added = Value(session.AddFile(path, None));
        Value(session.CommitAsync(None).AsTask().Result);
        return added;
    }

    private static IObjectStore Open(string path) =>
        Value(BlobsModule.OpenStore(new BlobsOptions { Folder = path }, TimeProvider.System, IdGenerator.Secure, NullLogger.Instance));

    private static double CpuSeconds => Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds;

    private static T Value<T>(Result<T> result) =>
        result.TryGet(out var value, out var error) ? value : throw new InvalidOperationException(error.ToString());

    private sealed class TwoVersions(Digest file, Digest parent) : IRepackHints
    {
        public async IAsyncEnumerable<RepackHint> HintsAsync(
            IRepackMemory memory, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
        {
            await Task.CompletedTask;
            yield return new RepackHint(parent, null, parent);
            yield return new RepackHint(file, parent, file);
        }
    }
}
