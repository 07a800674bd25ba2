using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Weighhouse.Blobs.Disk;
using Weighhouse.Blobs.Packs;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Care;

/// <summary>
/// Which sessions began before which sentence. Each process holds a shared lock on the file of every epoch in which sessions of it are
/// alive; the collection knows that an epoch is over when it gets the lock for itself.
/// </summary>
internal sealed class Epochs(PackFolder folder, PackSet packs) : IEpochs
{
    private const string Prefix = "epoch.";

    /// <summary>A session begins in one or two; more mean that the folder cannot be locked at all.</summary>
    private const int TriesMax = 1000;

    /// <summary>
    /// File times are as coarse as a clock tick; a file older than this when it was read cannot have been written in the same.
    /// </summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<int, (SafeFileHandle File, int Sessions)> _held = [];
    private CollectionState _state = CollectionState.None;
    private (DateTime Written, long Length) _seen;
    private bool _isSettled;
    private byte[] _bytes = [];

    /// <summary>A lock of the system is held until it is let go.</summary>
    public int Losses => 0;

    private string StatePath => Path.Combine(folder.Folder, "collection");

    public CollectionState Current()
    {
        lock (_lock) return ReadState();
    }

    public void Write(CollectionState state)
    {
        PackFolder.WriteWhole(StatePath, state.Write());
        lock (_lock) ReadState();
    }

    public int Enter()
    {
        lock (_lock)
        {
            for (var tries = 0; tries < TriesMax; tries++)
            {
                var epoch = ReadState().Epoch;
                if (_held.TryGetValue(epoch, out var held))
                {
                    _held[epoch] = held with { Sessions = held.Sessions + 1 };
                    return epoch;
                }

                // Locked first and looked at again: a collection that has gone on meanwhile did not wait for us.
                if (FileLocks.TryShared(PathOf(epoch)) is not { } file) continue;
                if (ReadState().Epoch == epoch)
                {
                    _held[epoch] = (file, 1);
                    return epoch;
                }

                file.Dispose();
            }
        }

        throw new IOException($"No file in {folder.LockFolder} can be locked. Use a file system that knows locks.");
    }

    public void Leave(int epoch)
    {
        lock (_lock)
        {
            // The store may have been closed before its session.
            if (!_held.TryGetValue(epoch, out var held)) return;
            if (held.Sessions > 1)
            {
                _held[epoch] = held with { Sessions = held.Sessions - 1 };
                return;
            }

            held.File.Dispose();
            _held.Remove(epoch);
        }
    }

    public bool IsQuietBefore(int epoch)
    {
        foreach (var path in Directory.EnumerateFiles(folder.LockFolder, Prefix + "*"))
        {
            var digits = Path.GetFileName(path.AsSpan())[Prefix.Length..];
            if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number >= epoch) continue;
            using var file = FileLocks.TryExclusive(path);
            if (file is null) return false;
            File.Delete(path);
        }

        return true;
    }

    public IDisposable? TryCollect() => FileLocks.TryExclusive(Path.Combine(folder.LockFolder, "collect"));

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var (file, _) in _held.Values) file.Dispose();
            _held.Clear();
        }
    }

    private string PathOf(int epoch) => Path.Combine(folder.LockFolder, Prefix + epoch.ToString(CultureInfo.InvariantCulture));

    private CollectionState ReadState()
    {
        var info = new FileInfo(StatePath);
        var seen = info.Exists ? (info.LastWriteTimeUtc, info.Length) : default;
        if (seen == _seen && _isSettled) return _state;
        // The time of files, not of the store: the two need not be the same clock.
        _isSettled = TimeProvider.System.GetUtcNow().UtcDateTime - seen.Item1 > Settling;
        _seen = seen;
        var bytes = seen == default ? [] : File.ReadAllBytes(StatePath);
        if (bytes.AsSpan().SequenceEqual(_bytes)) return _state;
        _state = bytes.Length == 0 ? CollectionState.None : CollectionState.Read(bytes) ?? throw Damaged();
        _bytes = bytes;
        packs.Condemn(_state.Packs.Where(pack => pack.IsCondemned).Select(pack => pack.Id).ToHashSet());
        return _state;
    }

    private IOException Damaged() => new(
        $"{StatePath} is damaged. It is written whole and checked, so the disk is at fault; restore it from a backup, or delete it "
        + "while nothing writes: the collection then begins anew.");
}
