using Weighhouse.Blobs.Disk;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Packs;

/// <summary>Packs in a folder, which any number of processes write to at once.</summary>
internal sealed class FolderHome(PackFolder folder, IdGenerator ids) : IPackHome
{
    private readonly Lock _laneLock = new();
    private Lane? _lane;

    public string Name => folder.Folder;

    public IEnumerable<PackListing> List() => folder.List();

    public bool Exists(PackId id, PackKind kind) => File.Exists(folder.PathOf(id, kind));

    public long LengthOf(PackFile pack) => new FileInfo(pack.Path).Length;

    public int AheadBytes => 0;

    public int ScansMax => 1;

    public void Hold(PackFile pack, long offsetBytes, int lengthBytes)
    {
        // It is where it lies.
    }

    public void LetGo(PackFile pack)
    {
    }

    public Task FetchAsync(PackFile pack, long offsetBytes, int lengthBytes) => Task.CompletedTask;

    public bool Distrust(PackFile pack) => false;

    /// <summary>The pack of this process's lane if it can take more, else a new one.</summary>
    public OpenPack Begin(StoreParts parts, PackKind kind, int epoch)
    {
        lock (_laneLock)
        {
            _lane ??= Lane.Take(folder) ?? throw new IOException("All the places for writing processes are taken", DiskErrors.NoLane);
            if (_lane.PackOf(kind) is { } left && TryContinue(parts, left, kind, epoch) is { } continued) return continued;
            var file = parts.Packs.Register(PackId.New(ids), kind, isOurs: true);
            file.Epoch = epoch;
            // Named before it is made: whoever has the lane next tidies up what a crash leaves of it.
            _lane.SetPack(kind, file.Id);
            return OpenPack.Create(file);
        }
    }

    public long Delete(IReadOnlyList<PackFile> packs)
    {
        long freed = 0;
        foreach (var pack in packs)
        {
            freed += new FileInfo(pack.Path).Length;
            File.Delete(pack.Path);
        }

        UnixFiles.SyncFolder(folder.Packs);
        return freed;
    }

    public Error? Explain(Exception failure) => DiskErrors.Explain(failure, folder.Folder);

    public void Dispose() => _lane?.Dispose();

    private OpenPack? TryContinue(StoreParts parts, PackId id, PackKind kind, int epoch)
    {
        var path = folder.PathOf(id, kind);
        var file = parts.Packs.Find(id);
        // One that is ours is on its way to its end: what is behind its last section is our own work.
        if (file is { IsOurs: true } or { IsGone: true } || !File.Exists(path)) return null;
        file ??= parts.Packs.Register(id, kind);
        // The lane is ours only now: its holder before may have written since this process last looked.
        PackLoading.ReadNew(parts, file);
        if (file.SoundEnd <= PackHeader.Size)
        {
            // A pack of this lane in which no section was ever finished holds nothing that was promised.
            (file.IsSettled, file.IsGone) = (true, true);
            File.Delete(path);
            return null;
        }

        return file.IsCondemned || file.Epoch != epoch || file.SoundEnd >= parts.Options.PackTargetBytes ? null : OpenPack.Continue(file);
    }
}
