module example.com/sandpipe-adapter

go 1.21
