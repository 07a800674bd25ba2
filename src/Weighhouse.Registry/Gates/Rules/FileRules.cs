using System.Text;
using Weighhouse.Blobs;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry.Models;
using Weighhouse.Registry.Versions;
using Weighhouse.Versioning;

namespace Weighhouse.Registry.Gates.Rules;

/// <summary>The rules that a version brings among its own files: they add to what project and model ask, and take nothing away.</summary>
/// <param name="Commit">Of the version when they were read: whoever uses them holds it against the version's.</param>
internal sealed record VersionRules(ModelVersionId Id, Digest? Commit, RuleSet Rules)
{
    public Error? Refuse(ModelVersion version) =>
        version.Id == Id && version.Commit?.Id == Commit ? null : Error.Conflict($"Version {Id} was just changed. Try again.");
}

/// <summary>Reads <see cref="RulesText.FileName"/> of versions, outside of any unit of writing.</summary>
internal sealed class FileRules(IDatabase database, IGovernedRepositories repositories, IBlobStore blobs, RegistryOptions options)
{
    public async ValueTask<Result<VersionRules>> OfAsync(Principal caller, ModelVersionId id, CancellationToken cancellation)
    {
        var found = await database.ReadAsync<Result<StoredVersion>>(
            async session => (await ModelTable.FindAsync(session, caller, id.Model, Permission.View)).TryGet(out var model, out var missing)
                ? await VersionTable.FindAsync(session, model, id.Version)
                : missing,
            cancellation);
        return found.TryGet(out var version, out var error) ? await OfAsync(version.Version, cancellation) : error;
    }

    public async ValueTask<Result<VersionRules>> OfAsync(ModelVersion version, CancellationToken cancellation)
    {
        var none = new VersionRules(version.Id, version.Commit?.Id, RuleSet.None);
        if (version.Commit is not { FileCount: > 0 } commit) return none;
        if (!repositories.FilesOf(commit.Tree, options.VersionFilesMax).TryGet(out var files, out var error)) return error;
        if (files.FirstOrDefault(static file => file.Path.Text == RulesText.FileName) is not { SizeBytes: > 0 } file) return none;
        if (file.SizeBytes > options.RulesBytesMax) return Wrong(version, $"It has more than {options.RulesBytesMax} bytes, the limit.");
        if (!(await blobs.OpenAsync(file.Id, cancellation)).TryGet(out var content, out error)) return error;
        await using (content)
        {
            using var reader = new StreamReader(content, Encoding.UTF8);
            var parsed = RulesText.Parse(await reader.ReadToEndAsync(cancellation), options);
            return parsed.TryGet(out var rules, out error) ? none with { Rules = rules } : Wrong(version, error.Message);
        }
    }

    private static Error Wrong(ModelVersion version, string why) => Error.Precondition(
        $"The file {RulesText.FileName} of {version.Id} cannot be used, and the version enters no stage with it. {why} Register it again.");
}
