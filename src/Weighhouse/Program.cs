using System.CommandLine.Invocation;
using Weighhouse.Commands;
using Weighhouse.Commands.Shared;

var parsed = RootCommands.Create().Parse(args);
// Who asks for help gets it, whatever else is missing from the line.
if (parsed.Action is ParseErrorAction mistake)
{
    // Who mistypes wants to read what is wrong, not two screens of help.
    mistake.ShowHelp = false;
    await parsed.InvokeAsync();
}
else if (StrayOptions.FirstOf(parsed) is { } stray)
{
    Console.Error.WriteLine($"There is no option '{stray}' here. A name that begins so goes behind a lone '--'.");
}
else
{
    return await parsed.InvokeAsync();
}

Console.Error.WriteLine("hint: add --help to see what can follow");
return ExitCode.Usage;
