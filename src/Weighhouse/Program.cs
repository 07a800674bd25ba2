using Weighhouse.Commands;

return await RootCommands.Create().Parse(args).InvokeAsync();
