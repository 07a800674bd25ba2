using Microsoft.Extensions.Logging;
using Weighhouse.Blobs.Hashing;
using Weighhouse.Blobs.Local;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs;

/// <summary>Opens the store once, after the hash has proved itself, and keeps what came of it.</summary>
internal sealed class BlobsOpening(
    BlobsOptions options, TimeProvider clock, IdGenerator ids, BlobsMetrics metrics, ILogger<LocalBlobStore> log)
{
    private readonly Lazy<Result<LocalBlobStore>> _outcome = new(() =>
    {
        if (Check(options) is { } error) return error;
        Blake3SelfTest.Run();
        return LocalBlobStore.Open(options, clock, ids, metrics, log);
    });

    public Result<LocalBlobStore> Outcome => _outcome.Value;

    /// <summary>The open store; a host that goes on after a refusal has a bug.</summary>
    public LocalBlobStore Store => Outcome.Value;

    /// <summary>Names every wrong setting at once.</summary>
    private static Error? Check(BlobsOptions options)
    {
        var wrong = new List<string>();
        if (string.IsNullOrWhiteSpace(options.Folder)) wrong.Add("Folder is empty; name the folder the blobs shall lie in.");
        if (options.FileSizeMaxBytes < 1) wrong.Add($"FileSizeMaxBytes is {options.FileSizeMaxBytes}; it must be at least 1 byte.");
        if (options.LargeUploadsMax < 1) wrong.Add($"LargeUploadsMax is {options.LargeUploadsMax}; it must be at least 1.");
        return wrong.Count == 0 ? null : Error.Invalid("Blobs: " + string.Join(' ', wrong));
    }
}
