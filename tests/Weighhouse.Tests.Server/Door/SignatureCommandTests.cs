using System.Text.Json;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Server.Door;

/// <summary>Keys and signatures at the terminal, without a server.</summary>
public sealed class SignatureCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Model => _folder["model"];

    [Fact]
    public async Task A_model_is_signed_verified_and_found_changed()
    {
        await ModelAsync();
        var made = await DoneAsync("keys", "create", "release", "--no-passphrase");
        Assert.StartsWith("-----BEGIN PUBLIC KEY-----\n", made.Output, StringComparison.Ordinal);
        Assert.Contains("The private key is in ", made.Errors, StringComparison.Ordinal);

        var signed = await DoneAsync("sign", Model);
        Assert.Equal($"Signed 2 files with 'release': {Path.Combine(Model, "model.sig")}", signed.Errors.Trim());
        Assert.Equal("Holds: 2 files as 'release' signed them.", (await DoneAsync("verify", Model)).Errors.Trim());

        await File.WriteAllTextAsync(Path.Combine(Model, "weights.bin"), "0001");
        await File.WriteAllTextAsync(Path.Combine(Model, "more.py"), "");
        File.Delete(Path.Combine(Model, "config.json"));
        var changed = await RunAsync("verify", Model, "-o", "json");
        Assert.Equal(1, changed.ExitCode);
        Assert.Equal(
            "config.json was signed and is not there\nmore.py was not signed\nweights.bin is not the file that was signed\nDoes not hold.",
            changed.Errors.Trim());
        var report = JsonDocument.Parse(changed.Output).RootElement;
        Assert.False(report.GetProperty("valid").GetBoolean());
        Assert.Equal(["missing", "extra", "changed"], report.GetProperty("problems").EnumerateArray().Select(
            problem => problem.GetProperty("kind").GetString()));
    }

    [Fact]
    public async Task Only_the_owner_reads_keys_and_a_passphrase_opens_them()
    {
        await ModelAsync();
        await DoneAsync("wordy", "keys", "create", "release", "--curve", "P-384");
        var path = Path.Combine(_folder["home"], "keys", "release.pem");
        Assert.StartsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----", await File.ReadAllTextAsync(path), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));

        var refused = await RunAsync(["sign", Model], "another");
        Assert.Equal((2, true), (refused.ExitCode, refused.Errors.Contains("the passphrase is another one", StringComparison.Ordinal)));
        await DoneAsync("wordy", "sign", Model);
        await DoneAsync("verify", Model);
        var listed = await DoneAsync("keys", "list");
        Assert.Matches("(?m)^release  P-384  [0-9a-f]{16}  yes  +trusted$", listed.Output);
        Assert.Equal(1, (await RunAsync("keys", "create", "release", "--no-passphrase")).ExitCode);
        Assert.Equal(2, (await RunAsync("keys", "create", "../other", "--no-passphrase")).ExitCode);
        Assert.Equal(2, (await RunAsync(["keys", "create", "other"], "")).ExitCode);
    }

    [Fact]
    public async Task Keys_of_others_are_trusted_end_and_are_revoked()
    {
        await ModelAsync();
        var made = await DoneAsync("keys", "create", "theirs", "--no-passphrase");
        await DoneAsync("sign", Model);
        await File.WriteAllTextAsync(_folder["theirs.pub"], made.Output);
        Directory.Move(_folder["home"], _folder["their-home"]);

        var unknown = await RunAsync("verify", Model);
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("which is not trusted\nDoes not hold.\nhint: weigh keys trust NAME FILE", unknown.Errors, StringComparison.Ordinal);
        await DoneAsync("verify", Model, "--key", _folder["theirs.pub"]);

        await DoneAsync("keys", "trust", "lab", _folder["theirs.pub"], "--until", "2026-01-01");
        var late = await RunAsync("verify", Model, "--at", "2026-01-01");
        Assert.Equal((1, true), (late.ExitCode, late.Errors.Contains("counts until 2026-01-01 00:00:00Z", StringComparison.Ordinal)));
        await DoneAsync("verify", Model, "--at", "2025-12-31T23:59");
        Assert.Equal(2, (await RunAsync("verify", Model, "--at", "soon")).ExitCode);

        await DoneAsync("keys", "revoke", "lab");
        var gone = await RunAsync("verify", Model, "--at", "2025-12-31");
        Assert.Equal(1, gone.ExitCode);
        Assert.Contains("The key 'lab' that signed it was revoked on", gone.Errors, StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync("keys", "trust", "lab", _folder["theirs.pub"])).ExitCode);
        Assert.Equal(1, (await RunAsync("keys", "trust", "other", _folder["theirs.pub"])).ExitCode);
        Assert.Contains(" revoked", (await DoneAsync("keys", "list")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signature_takes_the_place_of_a_signature_alone()
    {
        await ModelAsync();
        var none = await RunAsync("sign", Model);
        Assert.Equal((1, true), (none.ExitCode, none.Errors.Contains("weigh keys create NAME", StringComparison.Ordinal)));
        await DoneAsync("keys", "create", "one", "--no-passphrase");
        await DoneAsync("sign", Model);
        await DoneAsync("sign", Model, "--ignore", "config.json");
        File.Delete(Path.Combine(Model, "config.json"));
        await DoneAsync("verify", Model);

        var weights = Path.Combine(Model, "weights.bin");
        var occupied = await RunAsync("sign", Model, "--signature", weights);
        Assert.Equal((1, true), (occupied.ExitCode, occupied.Errors.Contains("is there and no signature", StringComparison.Ordinal)));
        Assert.Equal("0000", await File.ReadAllTextAsync(weights));

        await DoneAsync("keys", "create", "two", "--no-passphrase");
        var several = await RunAsync("sign", Model);
        Assert.Equal((2, true), (several.ExitCode, several.Errors.Contains("one, two", StringComparison.Ordinal)));
        await DoneAsync("sign", Model, "--key", "two");
        await DoneAsync("keys", "revoke", "two");
        Assert.Equal(1, (await RunAsync("sign", Model, "--key", "two")).ExitCode);
        await DoneAsync("sign", Model);
    }

    [Fact]
    public async Task A_list_of_keys_that_cannot_be_read_trusts_nobody()
    {
        await ModelAsync();
        await DoneAsync("keys", "create", "one", "--no-passphrase");
        await DoneAsync("sign", Model);
        await File.WriteAllTextAsync(Path.Combine(_folder["home"], "keys", "trusted.json"), "[{");
        var broken = await RunAsync("verify", Model);
        Assert.Equal((1, true), (broken.ExitCode, broken.Errors.Contains("so no key is trusted", StringComparison.Ordinal)));
        Assert.Equal(1, (await RunAsync("keys", "create", "two", "--no-passphrase")).ExitCode);
    }

    public void Dispose() => _folder.Dispose();

    private async Task ModelAsync()
    {
        Directory.CreateDirectory(Model);
        await File.WriteAllTextAsync(Path.Combine(Model, "weights.bin"), "0000");
        await File.WriteAllTextAsync(Path.Combine(Model, "config.json"), "{}");
    }

    private Task<CommandOutcome> RunAsync(params string[] arguments) => RunAsync(arguments, null);

    private Task<CommandOutcome> RunAsync(string[] arguments, string? passphrase)
    {
        var environment = new Dictionary<string, string> { ["WEIGH_CONFIG_HOME"] = _folder["home"] };
        if (!string.IsNullOrEmpty(passphrase)) environment["WEIGH_KEY_PASSPHRASE"] = passphrase;
        return WeighProcess.RunAsync(arguments, environment);
    }

    private async Task<CommandOutcome> DoneAsync(params string[] arguments)
    {
        var isWordy = arguments[0] == "wordy";
        var outcome = await (isWordy ? RunAsync(arguments[1..], "open sesame") : RunAsync(arguments));
        Assert.True(outcome.ExitCode == 0, $"{string.Join(' ', arguments)}: {outcome.Errors}");
        return outcome;
    }
}
