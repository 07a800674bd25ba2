using System.Text;
using System.Text.Json;
using Weighhouse.Commands.Shared;
using Weighhouse.Kernel;
using Weighhouse.Trust.Signing;

namespace Weighhouse.Commands.Trust;

/// <summary>
/// The keys of the person at the terminal: a file with the public ones that are trusted, and beside it a file for each private one. They
/// lie where <c>weigh login</c> keeps tokens, and only their owner can read them.
/// </summary>
internal static class KeyRing
{
    private const int NameLengthMax = 64;

    private static string Folder => Path.Combine(ConfigurationFolder.Path, "keys");

    private static string TrustedFile => Path.Combine(Folder, "trusted.json");

    /// <summary>Those trusted by name. A file that cannot be read trusts nobody, and is told.</summary>
    public static Result<IReadOnlyList<TrustedKey>> Trusted()
    {
        try
        {
            if (!File.Exists(TrustedFile)) return Array.Empty<TrustedKey>();
            var keys = new List<TrustedKey>();
            foreach (var entry in JsonSerializer.Deserialize<Entry[]>(File.ReadAllText(TrustedFile), Output.Json) ?? [])
            {
                if (!TrustedKey.FromPem(entry.Name, entry.PublicPem).TryGet(out var key, out var error)) return error;
                keys.Add(key with { FromMs = entry.FromMs, UntilMs = entry.UntilMs, RevokedMs = entry.RevokedMs });
            }

            return keys;
        }
        catch (Exception exception) when (exception is IOException or JsonException or UnauthorizedAccessException)
        {
            return Error.Precondition($"{TrustedFile} cannot be read, so no key is trusted: {exception.Message}");
        }
    }

    /// <summary>Takes a key in, or in the place of the one that has its name.</summary>
    public static Result<Done> Keep(TrustedKey key)
    {
        if (!Trusted().TryGet(out var keys, out var error)) return error;
        var all = keys.Where(other => other.Name != key.Name).Append(key).OrderBy(static other => other.Name, StringComparer.Ordinal)
            .Select(static other => new Entry(other.Name, other.PublicPem, other.FromMs, other.UntilMs, other.RevokedMs)).ToList();
        return Writing(TrustedFile, file => JsonSerializer.Serialize(file, all, Output.Json));
    }

    public static bool HasPrivate(string name) => Problem(name) is null && File.Exists(PrivateFile(name));

    /// <summary>Where a new private key lies now.</summary>
    public static Result<string> KeepPrivate(string name, string pem) =>
        File.Exists(PrivateFile(name))
            ? Error.Exists($"There is a private key {PrivateFile(name)} already. Choose another name.")
            : Writing(PrivateFile(name), file => file.Write(Encoding.ASCII.GetBytes(pem))).Map(_ => PrivateFile(name));

    /// <summary>A private key as PEM, by the name it was created with or by the path of a file.</summary>
    public static Result<string> PrivatePem(string nameOrFile)
    {
        var path = HasPrivate(nameOrFile) ? PrivateFile(nameOrFile) : nameOrFile;
        try
        {
            return File.Exists(path)
                ? File.ReadAllText(path)
                : Error.NotFound($"There is no private key called '{nameOrFile}', and no file. Make one: weigh keys create {nameOrFile}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Error.Precondition($"The private key {path} cannot be read: {exception.Message}");
        }
    }

    /// <summary>Null for a name that can be a file's.</summary>
    public static Error? Problem(string name) =>
        name.Length is > 0 and <= NameLengthMax && name[0] != '.' && name.All(static letter => char.IsAsciiLetterOrDigit(letter)
            || letter is '.' or '-' or '_')
            ? null
            : Error.Invalid($"'{name}' is no name of a key: it has 1 to {NameLengthMax} letters, digits, '-', '_' and '.', and does not "
                + "begin with '.'.", "name");

    private static string PrivateFile(string name) => Path.Combine(Folder, name + ".pem");

    private static Result<Done> Writing(string path, Action<Stream> write)
    {
        try
        {
            ConfigurationFolder.Write(path, write);
            return Done.Ok;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Error.Precondition($"{path} cannot be written: {exception.Message}");
        }
    }

    private sealed record Entry(string Name, string PublicPem, long? FromMs, long? UntilMs, long? RevokedMs);
}
