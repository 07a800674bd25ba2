using System.CommandLine;
using System.Diagnostics;
using Weighhouse.Commands.Shared;
using Weighhouse.Hosting;
using Weighhouse.Kernel;
using Weighhouse.Settings;

namespace Weighhouse.Commands;

/// <summary><c>weigh up</c>: the server.</summary>
internal static class UpCommand
{
    public static Command Create()
    {
        var options = ServerSetting.All.ToDictionary(setting => setting, OptionOf);
        var config = new Option<string?>("--config")
        {
            Description = "A JSON file with any of these settings by name; the command line and the environment win over it (WEIGH_CONFIG)",
            HelpName = "FILE",
        };
        var command = new Command("up", "Start the server: pages, every protocol, one data directory");
        foreach (var option in options.Values) command.Add(option);
        command.Add(config);
        command.SetAction((parsed, cancellation) => RunAsync(
            options.Where(pair => parsed.GetValue(pair.Value) is not null).ToDictionary(
                pair => pair.Key.Name, pair => parsed.GetValue(pair.Value)!),
            parsed.GetValue(config) ?? Environment.GetEnvironmentVariable("WEIGH_CONFIG"),
            cancellation));
        return command.WithExamples(
            ("weigh up", "serve on 127.0.0.1:5000 with data in ./weighhouse-data"),
            ("weigh up --data /srv/weigh --port 8080", "another place, another port"),
            ("WEIGH_DATABASE=postgres://weigh:secret@db/weigh weigh up --listen '*' --auth required", "for a team, facts in PostgreSQL"));
    }

    private static Option<string?> OptionOf(Setting setting) => new("--" + setting.Name)
    {
        Description = $"{setting.Help}{(setting.Default is null ? "" : $" [default: {setting.Default}]")} ({setting.EnvironmentName})",
        HelpName = setting.Shape,
    };

    private static async Task<int> RunAsync(Dictionary<string, string> options, string? configFile, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var read = SettingsReader.Read(options, Environment.GetEnvironmentVariable, configFile);
        foreach (var secret in ServerSetting.All.Where(setting => setting.IsSecret))
            Environment.SetEnvironmentVariable(secret.EnvironmentName, null);
        if (!read.TryGet(out var values, out var error)) return Fail(error, ExitCode.Usage);
        var settings = ServerSettings.From(values);
        var opened = await WeighApp.StartAsync(settings, cancellation);
        if (!opened.TryGet(out var app, out error)) return Fail(error, ExitCode.Refused);
        await using (app)
        {
            StartBanner.Write(Console.Out, app, settings, Stopwatch.GetElapsedTime(started));
            await app.WaitForShutdownAsync(CancellationToken.None);
        }

        return ExitCode.Success;
    }

    private static int Fail(Error error, int exitCode)
    {
        Console.Error.WriteLine("weigh up: " + error.Message);
        return exitCode;
    }
}
