using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Settings;

namespace Weighhouse.Commands.Doctor;

/// <summary>Whether content can be kept where it shall be. Puts, reads and deletes one object of 64 bytes in a bucket.</summary>
internal static class StoreExamination
{
    private const string Check = "store";

    public static async Task<Finding> CheckAsync(ServerSettings settings, CancellationToken cancellation)
    {
        if (settings.Store is not { } store) return new Finding(Check, Verdict.Good, "blobs in the data directory");
        var tried = await BlobsModule.TryBucketAsync(store, IdGenerator.Secure, cancellation);
        if (tried.Error is { } error) return Refused(error.Message);
        var place = store.Endpoint is { } endpoint ? $"{store.Url} at {endpoint.Host}:{endpoint.Port}" : store.Url;
        var isShared = settings.DatabaseUrl?.StartsWith("postgres", StringComparison.OrdinalIgnoreCase) == true;
        return isShared
            ? new Finding(Check, Verdict.Good, $"{place} takes, gives and deletes; shared through PostgreSQL")
            : new Finding(
                Check, Verdict.Warning, $"{place} takes, gives and deletes; its ledger is SQLite in the data directory",
                "one server only, and its data directory is not to be lost: name a PostgreSQL with --database to share the store");
    }

    /// <summary>The last sentence of a refusal is its cure.</summary>
    private static Finding Refused(string message)
    {
        var text = message.TrimEnd('.');
        var at = text.LastIndexOf(". ", StringComparison.Ordinal);
        return at < 0
            ? new Finding(Check, Verdict.Bad, text, "mend --store")
            : new Finding(Check, Verdict.Bad, text[..at], char.ToLowerInvariant(text[at + 2]) + text[(at + 3)..]);
    }
}
