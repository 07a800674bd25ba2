using System.CommandLine;
using Weighhouse.Commands.Shared;
using Weighhouse.Kernel;
using Weighhouse.Trust.Signing;

namespace Weighhouse.Commands.Trust;

/// <summary><c>weigh sign</c>: these are the files, says whoever has the key.</summary>
internal static class SignCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("path") { Description = "A file, or a folder with all that is below it" };
        var key = new Option<string?>("--key")
        {
            Description = "The name of a key, or a file with a private one [default: the only one there is]", HelpName = "KEY",
        };
        var signature = new Option<string?>("--signature")
        {
            Description = "Where to write it [default: model.sig in the folder, or the file's name with .sig]", HelpName = "FILE",
        };
        var ignore = new Option<string[]>("--ignore")
        {
            Description = "A path below the folder that is no part of the model: it may change, come and go", HelpName = "PATH",
        };
        var format = TrustCommand.Format();
        return new Command("sign", "Sign the files of a model: OpenSSF Model Signing 1.0") { path, key, signature, ignore, format }
            .Runs((parsed, cancellation) => Sign(
                new Request(parsed.GetValue(path)!, parsed.GetValue(key), parsed.GetValue(signature), parsed.GetValue(ignore) ?? []),
                TrustCommand.Output(parsed, format), cancellation))
            .WithExamples(
                ("weigh sign models/churn", "the folder's files, with the only key there is, into models/churn/model.sig"),
                ("weigh sign model.onnx --key release", "one file, into model.onnx.sig"),
                ("weigh sign models/churn --ignore notes.md --ignore cache", "without what is no part of the model"));
    }

    private static Result<int> Sign(Request request, Output output, CancellationToken cancellation)
    {
        var bundlePath = request.Signature ?? ModelSigner.BundlePathOf(request.Path);
        if (!Path.Exists(request.Path)) return Error.NotFound($"There is no file or folder {request.Path}.");
        if (Occupied(bundlePath) is { } occupied) return occupied;
        if (!KeyOf(request.Key).TryGet(out var name, out var error)) return error;
        if (!KeyRing.PrivatePem(name).TryGet(out var pem, out error)) return error;
        if (!SigningKey.FromPem(pem, KeysCommand.Passphrase(name, pem)).TryGet(out var key, out error)) return error;
        using (key)
        {
            if (!ModelSigner.SignPath(request.Path, bundlePath, key, request.Ignore, cancellation).TryGet(out var signed, out error))
                return error;
            if (Write(bundlePath, signed.Bundle) is { } unwritten) return unwritten;
            output.Said(
                new { Signature = bundlePath, Key = name, key.Fingerprint, signed.RootDigest, signed.FilesCount },
                $"Signed {Amount.Of(signed.FilesCount, "file")} with '{name}': {bundlePath}");
            return ExitCode.Success;
        }
    }

    /// <summary>A signature takes the place of an earlier one, and of nothing else.</summary>
    private static Error? Occupied(string bundlePath)
    {
        try
        {
            return Directory.Exists(bundlePath) || (File.Exists(bundlePath) && !ModelVerifier.IsBundle(File.ReadAllText(bundlePath)))
                ? Error.Exists($"{bundlePath} is there and no signature. Choose another place with --signature.") : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Error.Precondition($"{bundlePath} cannot be read: {exception.Message}");
        }
    }

    private static Result<string> KeyOf(string? asked)
    {
        if (!KeyRing.Trusted().TryGet(out var keys, out var error)) return error;
        if (asked is not null)
            return keys.Any(key => key.Name == asked && key.RevokedMs is not null)
                ? Error.Precondition($"The key '{asked}' was revoked: nobody would believe the signature.") : asked;
        var own = keys.Where(static key => key.RevokedMs is null && KeyRing.HasPrivate(key.Name)).Select(static key => key.Name).ToList();
        return own switch
        {
            [var only] => only,
            [] => Error.NotFound("There is no key to sign with. Make one: weigh keys create NAME"),
            _ => Error.Invalid($"There are several keys to sign with: {string.Join(", ", own)}. Choose one with --key.", "key"),
        };
    }

    private static Error? Write(string path, string bundle)
    {
        try
        {
            // Whole or not at all: half of a signature would stand in the place of the one before.
            var temporary = path + ".new";
            File.WriteAllText(temporary, bundle);
            File.Move(temporary, path, overwrite: true);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Error.Precondition($"{path} cannot be written: {exception.Message}");
        }
    }

    private sealed record Request(string Path, string? Key, string? Signature, IReadOnlyList<string> Ignore);
}
