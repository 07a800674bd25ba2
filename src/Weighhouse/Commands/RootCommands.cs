using System.CommandLine;

namespace Weighhouse.Commands;

internal static class RootCommands
{
    public static RootCommand Create()
    {
        var root = new RootCommand("Weighhouse: the whole life of a machine-learning model in one program")
        {
            UpCommand.Create(),
            VersionCommand.Create(),
        };
        CommandExamples.ShowIn(root);
        return root;
    }
}
