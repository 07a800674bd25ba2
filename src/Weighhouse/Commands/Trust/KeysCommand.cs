using System.CommandLine;
using Weighhouse.Commands.Shared;
using Weighhouse.Kernel;
using Weighhouse.Trust.Signing;

namespace Weighhouse.Commands.Trust;

/// <summary><c>weigh keys</c>: whose signatures count here.</summary>
internal static class KeysCommand
{
    /// <summary>The passphrase for programs, which no terminal asks.</summary>
    public const string PassphraseVariable = "WEIGH_KEY_PASSPHRASE";

    private const int ShortLength = 16;

    private static readonly Column<TrustedKey>[] Columns =
    [
        new("NAME", static key => key.Name),
        new("CURVE", static key => WordOf(key.Curve)),
        new("FINGERPRINT", static key => key.Fingerprint[..ShortLength]),
        new("SIGNS", static key => KeyRing.HasPrivate(key.Name) ? "yes" : ""),
        new("FROM", static key => Output.Time(key.FromMs)),
        new("UNTIL", static key => Output.Time(key.UntilMs)),
        new("STATE", StateOf),
    ];

    public static Command Create() => new Command("keys", "Keys that models are signed with, and whose signatures count here")
        .With(List()).With(New()).With(Trust()).With(Revoke());

    public static string? Passphrase(string name, string pem) => SigningKey.IsEncrypted(pem)
        ? Environment.GetEnvironmentVariable(PassphraseVariable) ?? SecretPrompt.Read($"Passphrase for {name}: ")
        : null;

    private static Command List()
    {
        var format = TrustCommand.Format();
        return new Command("list", "List the keys that are trusted") { format }.Runs((parsed, _) =>
        {
            if (!KeyRing.Trusted().TryGet(out var keys, out var error)) return error;
            var output = TrustCommand.Output(parsed, format);
            if (output.Format is OutputFormat.Table) output.List(keys, Columns, "No keys. Make one: weigh keys create NAME");
            else output.List([.. keys.Select(View)], [], "");
            return ExitCode.Success;
        });
    }

    private static Command New()
    {
        var name = new Argument<string>("name") { Description = "What to call it" };
        var curve = new Option<string>("--curve") { Description = "P-256, P-384 or P-521", DefaultValueFactory = static _ => "P-256" };
        curve.AcceptOnlyFromAmong("P-256", "P-384", "P-521");
        var plain = new Option<bool>("--no-passphrase")
        {
            Description = "Keep it unencrypted: whoever reads the file can sign",
        };
        return new Command("create", "Make a pair of keys, trust it, and print the public one")
        {
            name, curve, plain,
        }.Runs((parsed, _) => Make(
            parsed.GetValue(name)!, Enum.Parse<SigningCurve>(parsed.GetValue(curve)!.Replace("-", "", StringComparison.Ordinal)),
            parsed.GetValue(plain), parsed.InvocationConfiguration.Output))
            .WithExamples(
                ("weigh keys create release > release.pub", "a key to sign with; others verify with release.pub"),
                ($"{PassphraseVariable}=… weigh keys create build --curve P-384", "without a terminal"));
    }

    private static Command Trust()
    {
        var name = new Argument<string>("name") { Description = "What to call it: whose it is" };
        var file = new Argument<string?>("file")
        {
            Description = "The public key, as PEM; none to change when a key counts", Arity = ArgumentArity.ZeroOrOne,
        };
        var from = new Option<string?>("--from") { Description = "Signatures count from then on [default: always]", HelpName = "TIME" };
        var until = new Option<string?>("--until") { Description = "Signatures count until then [default: for ever]", HelpName = "TIME" };
        return new Command("trust", "Let signatures by a key count, for ever or for a time") { name, file, from, until }
            .Runs((parsed, _) => Take(
                parsed.GetValue(name)!, parsed.GetValue(file), parsed.GetValue(from), parsed.GetValue(until)))
            .WithExamples(
                ("weigh keys trust lab-a lab-a.pub", "whose models you take"),
                ("weigh keys trust release-2026 --until 2027-01-01", "another key follows it: its signatures from before still count"));
    }

    private static Command Revoke()
    {
        var name = new Argument<string>("name") { Description = "The key" };
        return new Command("revoke", "Let no signature by a key count any more, whenever it was made") { name }
            .Runs((parsed, _) =>
            {
                if (!Named(parsed.GetValue(name)!).TryGet(out var key, out var error)) return error;
                var nowMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
                return Kept(key with { RevokedMs = key.RevokedMs ?? nowMs }, $"Revoked '{key.Name}'. Sign again what was signed with it.");
            })
            .WithExamples(("weigh keys revoke release", "when its private key was lost or stolen"));
    }

    private static Result<int> Make(string name, SigningCurve curve, bool isPlain, TextWriter writer)
    {
        if (KeyRing.Problem(name) is { } problem) return problem;
        if (!KeyRing.Trusted().TryGet(out var keys, out var error)) return error;
        if (keys.Any(other => other.Name == name)) return Error.Exists($"There is a key called '{name}' already. Choose another name.");
        var passphrase = isPlain ? null : Environment.GetEnvironmentVariable(PassphraseVariable) is { Length: > 0 } given
            ? given
            : SecretPrompt.ReadNew($"Passphrase for {name}");
        using var key = SigningKey.Create(curve);
        if (!TrustedKey.FromPem(name, key.PublicPem).TryGet(out var trusted, out error)) return error;
        if (!KeyRing.KeepPrivate(name, key.PrivatePem(passphrase)).TryGet(out var path, out error)) return error;
        if (KeyRing.Keep(trusted) is { IsFailure: true, Error: var refused }) return refused;
        writer.Write(key.PublicPem);
        Console.Error.WriteLine($"The private key is in {path}; keep a copy where nobody else reads it.");
        return ExitCode.Success;
    }

    private static Result<int> Take(string name, string? file, string? from, string? until)
    {
        if (KeyRing.Problem(name) is { } problem) return problem;
        if (!TrustCommand.Instant(from).TryGet(out var fromMs, out var error)) return error;
        if (!TrustCommand.Instant(until).TryGet(out var untilMs, out error)) return error;
        if (fromMs >= untilMs) return Error.Invalid($"--until {until} is not after --from {from}, so no signature would ever count.");
        if (!(file is null ? Named(name) : Read(name, file)).TryGet(out var key, out error)) return error;
        return Kept(
            key with { FromMs = from is null ? key.FromMs : fromMs, UntilMs = until is null ? key.UntilMs : untilMs },
            $"'{name}' is trusted: {key.Fingerprint}");
    }

    private static Result<TrustedKey> Read(string name, string file)
    {
        if (!KeyRing.Trusted().TryGet(out var keys, out var error)) return error;
        try
        {
            if (!TrustedKey.FromPem(name, File.ReadAllText(file)).TryGet(out var key, out error)) return error;
            var known = keys.FirstOrDefault(other => other.Name == name || other.Fingerprint == key.Fingerprint);
            if (known is null) return key;
            // Taken in once more it must not count again, and a name must not go on to another key.
            return known.Name == name && known.Fingerprint == key.Fingerprint && known.RevokedMs is null
                ? known
                : Error.Exists(known.RevokedMs is not null
                    ? $"The key '{known.Name}' was revoked; no key comes back. Take a new one, by another name."
                    : known.Name == name
                        ? $"'{name}' is another key already. Choose another name."
                        : $"The key is known as '{known.Name}' already.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Error.NotFound($"The public key cannot be read: {exception.Message}");
        }
    }

    private static Result<TrustedKey> Named(string name)
    {
        if (!KeyRing.Trusted().TryGet(out var keys, out var error)) return error;
        return keys.FirstOrDefault(key => key.Name == name) is { } found
            ? found : Error.NotFound($"There is no key called '{name}': weigh keys list");
    }

    private static Result<int> Kept(TrustedKey key, string sentence)
    {
        if (KeyRing.Keep(key) is { IsFailure: true, Error: var error }) return error;
        Console.Error.WriteLine(sentence);
        return ExitCode.Success;
    }

    private static string StateOf(TrustedKey key)
    {
        if (key.RevokedMs is not null) return "revoked";
        return key.Refuse(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()) is null ? "trusted" : "not now";
    }

    private static string WordOf(SigningCurve curve) => curve switch
    {
        SigningCurve.P256 => "P-256",
        SigningCurve.P384 => "P-384",
        _ => "P-521",
    };

    private static object View(TrustedKey key) => new
    {
        key.Name, Curve = WordOf(key.Curve), key.Fingerprint, HasPrivate = KeyRing.HasPrivate(key.Name), key.FromMs, key.UntilMs,
        key.RevokedMs, State = StateOf(key), key.PublicPem,
    };
}
