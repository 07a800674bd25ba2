using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Weighhouse.Blobs;
using Weighhouse.Kernel;

namespace Weighhouse.Bench.Objects;

/// <summary>What is asked of a store of many objects, in a process whose memory is read at its end. Prints a figure a line.</summary>
internal static class ObjectsStep
{
    private const int AskedAtOnce = 10_000;

    public static async Task RunAsync(string folder, string idsPath)
    {
        using var memory = new MemorySampler();
        var clock = Stopwatch.StartNew();
        using var store = Value(BlobsModule.OpenStore(
            new BlobsOptions { Folder = folder }, TimeProvider.System, IdGenerator.Secure, NullLogger.Instance));
        Print("open ms", clock.Elapsed.TotalMilliseconds);
        Print("known/s", Ask(store, idsPath, flip: 0));
        Print("unknown/s", Ask(store, idsPath, flip: 0x5A));

        using var stop = new CancellationTokenSource();
        var committing = Task.Run(() => CommitUntilAsync(store, stop.Token));
        clock.Restart();
        var roots = new EverySecond(idsPath);
        for (var step = 0; step < 2; step++)
            Value(await store.Care.CollectAsync([roots], new CollectionRequest(TimeSpan.Zero), CancellationToken.None));
        Print("collect s", clock.Elapsed.TotalSeconds);
        await stop.CancelAsync();
        var (commits, longest) = await committing;
        Print("commits", commits);
        Print("longest ms", longest.TotalMilliseconds);

        clock.Restart();
        var check = await store.Care.CheckAsync(CheckDepth.Presence, CancellationToken.None);
        Print("check s", clock.Elapsed.TotalSeconds);
        if (check.DamageCount > 0) throw new InvalidOperationException("The collection lost something.");
        Print("peak MB", MemorySampler.PeakMegabytes);
        Print("own MB", memory.OwnPeakMegabytes);
        Print("heap MB", memory.HeapPeakMegabytes);
    }

    private static double Ask(IObjectStore store, string idsPath, byte flip)
    {
        var clock = Stopwatch.StartNew();
        var (ids, present) = (new Digest[AskedAtOnce], new bool[AskedAtOnce]);
        long asked = 0;
        foreach (var part in Ids(idsPath, flip).Chunk(AskedAtOnce))
        {
            part.CopyTo(ids, 0);
            store.Contains(ids.AsSpan(0, part.Length), present);
            if (present[0] != (flip == 0)) throw new InvalidOperationException("The index does not tell the truth.");
            asked += part.Length;
        }

        return asked / clock.Elapsed.TotalSeconds;
    }

    private static async Task<(int Commits, TimeSpan Longest)> CommitUntilAsync(IObjectStore store, CancellationToken stop)
    {
        var (commits, longest) = (0, TimeSpan.Zero);
        for (; !stop.IsCancellationRequested; commits++)
        {
            var clock = Stopwatch.StartNew();
            using var session = store.BeginWrite();
            session.AddObject(ObjectKind.Tree, BitConverter.GetBytes(-1L - commits));
            Value(await session.CommitAsync(CancellationToken.None));
            if (clock.Elapsed > longest) longest = clock.Elapsed;
        }

        return (commits, longest);
    }

    private static IEnumerable<Digest> Ids(string path, byte flip)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        var id = new byte[Digest.Size];
        while (file.ReadAtLeast(id, id.Length, throwOnEndOfStream: false) == id.Length)
        {
            id[^1] ^= flip;
            yield return new Digest(id);
        }
    }

    private static void Print(string name, double value) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}\t{value}"));

    private static T Value<T>(Result<T> result) =>
        result.TryGet(out var value, out var error) ? value : throw new InvalidOperationException(error.ToString());

    private sealed class EverySecond(string idsPath) : ILiveObjects
    {
        public ValueTask NameAsync(ILiveMarks marks, CancellationToken cancellation)
        {
            var isNamed = false;
            foreach (var id in Ids(idsPath, flip: 0))
                if (isNamed = !isNamed) marks.AddNode(id);
            return ValueTask.CompletedTask;
        }
    }
}
