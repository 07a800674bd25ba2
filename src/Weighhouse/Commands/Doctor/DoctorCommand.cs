using System.CommandLine;
using Weighhouse.Commands.Shared;
using Weighhouse.Settings;

namespace Weighhouse.Commands.Doctor;

/// <summary><c>weigh doctor</c>: would <c>weigh up</c> start here, and is this machine fit for it?</summary>
internal static class DoctorCommand
{
    private static readonly Column<Finding>[] Columns =
    [
        new("", finding => finding.Verdict switch { Verdict.Good => "ok", Verdict.Warning => "WARN", _ => "FAIL" }),
        new("CHECK", finding => finding.Check),
        new("FOUND", finding => finding.Found),
        new("CURE", finding => finding.Cure),
    ];

    public static Command Create()
    {
        Setting[] asked =
        [
            ServerSetting.Data, ServerSetting.Listen, ServerSetting.Port, ServerSetting.GrpcPort, ServerSetting.Database,
            ServerSetting.Store, ServerSetting.StoreEndpoint, ServerSetting.StoreRegion, ServerSetting.StoreKey, ServerSetting.StoreSecret,
            ServerSetting.Python, ServerSetting.PythonIsolation,
        ];
        var options = asked.ToDictionary(setting => setting,
            setting => new Option<string?>("--" + setting.Name) { Description = setting.Help, HelpName = setting.Shape });
        var json = new Option<OutputFormat>("--output", "-o") { Description = "table, json or ndjson" };
        var command = new Command("doctor", "Check this machine, the data directory, ports, the database and the store") { json };
        foreach (var option in options.Values) command.Add(option);
        command.SetAction(async (parsed, cancellation) =>
        {
            var given = options.Where(pair => parsed.GetValue(pair.Value) is not null).ToDictionary(
                pair => pair.Key.Name, pair => parsed.GetValue(pair.Value)!);
            var read = SettingsReader.Read(given, Environment.GetEnvironmentVariable, Environment.GetEnvironmentVariable("WEIGH_CONFIG"));
            if (!read.TryGet(out var values, out var error))
            {
                Console.Error.WriteLine("weigh doctor: " + error.Message);
                return ExitCode.Usage;
            }

            var findings = await Examination.RunAsync(ServerSettings.From(values), TimeProvider.System, cancellation);
            new Output(parsed.InvocationConfiguration.Output, parsed.GetValue(json)).List(findings, Columns, "Nothing to check.");
            return findings.Any(finding => finding.Verdict is Verdict.Bad) ? ExitCode.Failure : ExitCode.Success;
        });
        return command.WithExamples(
            ("weigh doctor", "before the first start, or when it will not start"),
            ("weigh doctor --data /srv/weigh --port 80 -o json", "for another place, for a script; exit code 1 when something fails"));
    }
}
