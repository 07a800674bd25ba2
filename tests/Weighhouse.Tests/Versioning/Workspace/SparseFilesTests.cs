using System.Diagnostics;
using System.Globalization;
using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Tests.Blobs;
using Weighhouse.Tests.Blobs.Store;
using Weighhouse.Versioning;

namespace Weighhouse.Tests.Versioning.Workspace;

/// <summary>
/// A folder of gigabytes that are mostly holes. Counts what the whole process reads and writes, so nothing may run beside it.
/// </summary>
[Collection(nameof(MemoryTests))]
public sealed class SparseFilesTests(ITestOutputHelper output) : IDisposable
{
    private const int Files = 4, RunsEach = 8, RunBytes = 1 << 20;
    private const long FileBytes = 2L << 30;

    private readonly WorkspaceHouse _house = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _house.Dispose();

    [Fact]
    public async Task Eight_gigabytes_of_holes_are_committed_and_checked_out_without_reading_or_writing_them()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "elsewhere holes are read");
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var runs = Make(new Random(seed));
        var (moved, allocated, clock) = (MovedBytes(), GC.GetTotalAllocatedBytes(), Stopwatch.StartNew());

        await _house.AddAsync(".");
        Assert.Equal(Files, (await _house.StatusAsync()).Staged.Count);
        var first = await _house.CommitAsync("all");
        foreach (var file in runs.Select(static run => run.File).Distinct()) File.Delete(_house[file]);
        await _house.RestoreAsync(".");
        // As if another tool had touched it: it is looked at again, and is the same.
        File.SetLastWriteTimeUtc(_house["file0"], DateTime.UnixEpoch);
        Assert.Empty((await _house.StatusAsync()).Changed);
        File.Delete(_house["file1"]);
        await _house.CommitAsync("one less");
        for (var step = 0; step < 2; step++)
            WorkspaceHouse.Ok(await _house.Workspace.CollectAsync(new CollectionRequest(TimeSpan.Zero), Cancellation));
        await _house.SwitchAsync(first.Commit!.Value.ToString());

        output.WriteLine(
            $"{clock.Elapsed.TotalSeconds:F1} s, {(MovedBytes() - moved) / 1e6:F0} MB moved, "
            + $"{(GC.GetTotalAllocatedBytes() - allocated) / 1e6:F0} MB allocated");
        // The folder is read and written several times; each would be 8,590 MB.
        Assert.InRange(MovedBytes() - moved, 0, 1_000_000_000);
        foreach (var (file, position, bytes) in runs)
        {
            await using var stream = File.OpenRead(_house[file]);
            Assert.Equal(FileBytes, stream.Length);
            stream.Position = position;
            var read = new byte[bytes.Length];
            await stream.ReadExactlyAsync(read, Cancellation);
            Assert.Equal(bytes, read);
        }

        for (var i = 0; i < Files; i++) Assert.InRange(Holes.BytesOf(_house[$"file{i}"]), FileBytes - (4 * RunsEach * RunBytes), FileBytes);
    }

    private List<(string File, long Position, byte[] Bytes)> Make(Random random)
    {
        var runs = new List<(string, long, byte[])>();
        for (var i = 0; i < Files; i++)
        {
            using var file = File.OpenHandle(_house[$"file{i}"], FileMode.CreateNew, FileAccess.Write);
            RandomAccess.SetLength(file, FileBytes);
            if (Holes.BytesOf(_house[$"file{i}"]) < FileBytes) Assert.Skip("This file system has no holes.");
            for (var run = 0; run < RunsEach; run++)
            {
                var bytes = RandomContent.Bytes(random, RunBytes);
                // One in each part, so that none overlaps another.
                var position = (FileBytes / RunsEach * run) + random.NextInt64((FileBytes / RunsEach) - RunBytes);
                RandomAccess.Write(file, bytes, position);
                runs.Add(($"file{i}", position, bytes));
            }
        }

        return runs;
    }

    private static long MovedBytes() => File.ReadLines("/proc/self/io")
        .Where(static line => line.StartsWith("rchar:", StringComparison.Ordinal) || line.StartsWith("wchar:", StringComparison.Ordinal))
        .Sum(static line => long.Parse(line[6..], CultureInfo.InvariantCulture));
}
