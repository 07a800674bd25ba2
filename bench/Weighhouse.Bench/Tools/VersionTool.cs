using System.Diagnostics;
using System.Globalization;

namespace Weighhouse.Bench.Tools;

/// <summary>What one command cost.</summary>
/// <param name="CpuSeconds">Of the command and its children.</param>
internal readonly record struct Cost(double Seconds, double CpuSeconds, double ResidentMiB);

/// <summary>A tool that keeps versions of a folder, as three shell commands. {src} is the folder, {store} the store, {label} the
/// version.</summary>
/// <param name="Needs">The program that must be there.</param>
/// <param name="StoreIn">The folder whose growth is what was stored, from the tool's own folder.</param>
internal sealed record VersionTool(string Name, string Needs, string Begin, string Commit, string Checkout, string StoreIn = "store")
{
    /// <summary>Those compared; a tool that is not installed is left out and said so.</summary>
    public static IEnumerable<VersionTool> All(string weigh) =>
    [
        new("weigh", weigh,
            "{weigh} init -q --store {store} {src}",
            "cd {src} && {weigh} commit -q -m {label} --tag {label}",
            "cd {src} && {weigh} restore -q --source {label} --to {dest}"),
        new("md5+copy", "md5sum",
            "mkdir -p {store}",
            "cd {src} && find . -type f -print0 | xargs -0 md5sum > {store}/{label}.list && while read h f; do [ -e {store}/$h ] || cp "
                + "\"$f\" {store}/$h; done < {store}/{label}.list",
            "cd {dest} && while read h f; do mkdir -p \"$(dirname \"$f\")\"; cp {store}/$h \"$f\"; done < {store}/{label}.list"),
        new("git-lfs", "git-lfs",
            "cd {src} && git init -q && git config user.email a@b && git config user.name a && git config gc.auto 0 && git lfs install "
                + "--local > /dev/null "
            + "&& printf '*.safetensors filter=lfs -text\\n*.csv filter=lfs -text\\n*.jpg filter=lfs -text\\n' > .gitattributes",
            "cd {src} && git add -A && git commit -q --allow-empty -m {label} && git tag {label}",
            "git clone -q --shared --no-checkout {src} {dest}/w && cd {dest}/w && git lfs install --local > /dev/null && git config "
                + "lfs.storage {src}/.git/lfs "
            + "&& git checkout -q {label}",
            "src/.git"),
        new("restic", "restic",
            "restic init -q",
            "restic backup -q --compression auto --tag {label} {src}",
            "restic restore -q latest --tag {label} --target {dest}"),
        new("borg", "borg",
            "borg init -e none {store}",
            "borg create -C lz4 {store}::{label} {src}",
            "cd {dest} && borg extract {store}::{label}"),
    ];

    public bool IsInstalled => Needs.Contains('/')
        ? File.Exists(Needs)
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(
            folder => File.Exists(Path.Combine(folder, Needs)));

    /// <summary>Runs a shell command under time(1), which also counts what its children used.</summary>
    public static Cost Run(string command, string folder)
    {
        var times = Path.Combine(folder, "times");
        var start = new ProcessStartInfo("/usr/bin/time", ["-f", "%U %S %M", "-o", times, "bash", "-c", command])
        {
            UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true,
            Environment =
            {
                ["RESTIC_PASSWORD"] = "x", ["RESTIC_REPOSITORY"] = Path.Combine(folder, "store"),
                    ["RESTIC_CACHE_DIR"] = Path.Combine(folder, "cache"),
                ["BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK"] = "yes", ["BORG_BASE_DIR"] = Path.Combine(folder, "borg"),
            },
        };
        var began = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        if (process.ExitCode != 0) throw new InvalidOperationException($"'{command}' ended with {process.ExitCode}: {errors}");
        var fields = File.ReadAllLines(times)[^1].Split(' ');
        return new Cost(
            seconds, double.Parse(fields[0], CultureInfo.InvariantCulture) + double.Parse(fields[1], CultureInfo.InvariantCulture),
            double.Parse(fields[2], CultureInfo.InvariantCulture) / 1_024);
    }
}
