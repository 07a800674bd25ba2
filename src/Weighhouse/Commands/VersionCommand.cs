using System.CommandLine;

namespace Weighhouse.Commands;

internal static class VersionCommand
{
    public static Command Create()
    {
        var command = new Command("version", "Print the version");
        command.SetAction(_ => Console.Out.WriteLine($"weigh {ProgramVersion.Text}"));
        return command;
    }
}
