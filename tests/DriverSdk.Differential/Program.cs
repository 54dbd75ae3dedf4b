using System.CommandLine;

var root = new RootCommand("Random comparisons of the remapping unit with QEMU's and with a slow twin.");
return await root.Parse(args).InvokeAsync();
