module faces

go 1.21
