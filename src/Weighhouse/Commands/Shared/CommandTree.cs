using System.CommandLine;

namespace Weighhouse.Commands.Shared;

internal static class CommandTree
{
    /// <summary>Adds a verb and returns the noun, so that a noun reads as one expression.</summary>
    public static Command With(this Command command, Command child)
    {
        command.Add(child);
        return command;
    }
}
