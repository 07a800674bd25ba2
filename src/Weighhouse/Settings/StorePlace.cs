using Weighhouse.Kernel;

namespace Weighhouse.Settings;

/// <summary>Where in the data directory content lies, or what is near of a bucket; a server does not change its mind.</summary>
internal static class StorePlace
{
    private const string Blobs = "blobs", Near = "cache";

    public static string FolderOf(ServerSettings settings) => Path.Combine(settings.DataFolder, settings.Store is null ? Blobs : Near);

    /// <summary>Facts of this directory that name content in the other place would lead nowhere.</summary>
    public static Error? Refuse(ServerSettings settings)
    {
        var (blobs, near) = (Path.Combine(settings.DataFolder, Blobs, "packs"), Path.Combine(settings.DataFolder, Near));
        if (settings.Store is { } store && Directory.Exists(blobs) && Directory.EnumerateFiles(blobs).Any())
        {
            return Error.Precondition(
                $"The content of {settings.DataFolder} lies in its folder '{Blobs}', where {store.Url} would hide it. "
                + "Leave --store away, or name another directory with --data.");
        }

        if (settings.Store is null && Directory.Exists(near))
        {
            return Error.Precondition(
                $"The content of {settings.DataFolder} lies in a bucket (its folder '{Near}' says so). Name the bucket with --store, or "
                + "another directory with --data.");
        }

        return null;
    }
}
