using System.CommandLine;

var root = new RootCommand("DriverSdk's tools: an emulated machine with a VT-d IOMMU behind a socket.");
return await root.Parse(args).InvokeAsync();
