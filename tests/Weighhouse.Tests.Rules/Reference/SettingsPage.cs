using System.Text;
using Weighhouse.Settings;

namespace Weighhouse.Tests.Rules.Reference;

/// <summary>What 'weigh up' can be told, and in which three ways.</summary>
internal static class SettingsPage
{
    public static string Write()
    {
        var page = new StringBuilder("""
            # Settings
            Written by `./build reference` from the program's own table. A setting is read from the command line (`--port 8080`), else
            from the environment (`WEIGH_PORT=8080`), else from the JSON file that `--config` names (`{"port": 8080}`), else it has its
            default. Everything that is wrong is reported at once, and the server does not start.

            | Option and file key | Environment | Default | Meaning |
            |---|---|---|---|

            """);
        foreach (var setting in ServerSetting.All)
            page.Append($"| `{setting.Name}` {Cell(setting.Shape)} | `{setting.EnvironmentName}` | {Default(
                setting)} | {Cell(setting.Help)} |\n");
        return page.ToString();
    }

    private static string Default(Setting setting) => setting.Default is null ? "" : $"`{setting.Default}`";

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
