using System.Globalization;
using Weighhouse.Client;
using Weighhouse.Client.Registry;
using Weighhouse.Commands.Shared;
using Weighhouse.Kernel;

namespace Weighhouse.Commands.Registry;

/// <summary>A version as one word: <c>NAME/3</c>, <c>NAME@champion</c>, or <c>NAME</c> for the highest.</summary>
internal readonly record struct VersionName(string Model, long? Version, string? Alias)
{
    public const string Shape = "NAME/VERSION, NAME@ALIAS, or NAME for the highest version";

    /// <summary>A model's name may have '/' and '@' in it: only a number, or an alias' letters, behind the last one cut it.</summary>
    public static VersionName Of(string text)
    {
        var cut = text.LastIndexOfAny(['/', '@']);
        if (cut <= 0 || cut == text.Length - 1) return new VersionName(text, null, null);
        var tail = text[(cut + 1)..];
        if (text[cut] is '@') return new VersionName(text[..cut], null, tail);
        return long.TryParse(tail, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? new VersionName(text[..cut], version, null)
            : new VersionName(text, null, null);
    }

    public Task<ModelVersion> FindAsync(WeighClient client, CancellationToken cancellation) => Version is { } version
        ? client.Models.VersionAsync(Model, version, cancellation)
        : client.Models.ByAliasAsync(Model, Alias ?? "latest", cancellation);

    /// <summary>The number, which an alias or nothing has to be asked for.</summary>
    public async Task<long> NumberAsync(RemoteContext context) =>
        Version ?? (await FindAsync(context.Client, context.Cancellation)).Version;
}
